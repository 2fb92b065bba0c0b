namespace Holdfast.Data;

/// <summary>A file whose first line is a secret.</summary>
internal static class SecretFile
{
    private const long BytesMax = 4096;

    /// <exception cref="ConfigException">It cannot be read, or is too large to be one.</exception>
    internal static string Line(string field, string file)
    {
        try
        {
            if (new FileInfo(file) is { Length: > BytesMax and var bytes })
            {
                throw new ConfigException("DP-502", $"{field}: {file} has {bytes} bytes, the most is {BytesMax}.");
            }

            using var reader = new StreamReader(file);
            return reader.ReadLine() ?? "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException("DP-502", $"{field}: {error.Message}");
        }
    }
}
