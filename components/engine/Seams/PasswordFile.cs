namespace Holdfast.Engine.Seams;

/// <summary>
/// A file whose first line is the password of a database. It is read for each connection, so it may change. A file that cannot be read is
/// waited for, like a server that refuses the login: a person mends either without a restart.
/// </summary>
public static class PasswordFile
{
    private const long BytesMax = 4096;

    /// <summary>The password.</summary>
    /// <param name="file">The file.</param>
    /// <param name="whose">The database, for messages.</param>
    /// <exception cref="SourceFaultException">It cannot be read, or is too large to be one; this passes.</exception>
    public static string Read(string file, string whose)
    {
        try
        {
            if (new FileInfo(file) is { Length: > BytesMax and var bytes })
            {
                throw Fault(whose, $"{file} has {bytes} bytes, the most is {BytesMax}");
            }

            using var reader = new StreamReader(file);
            return reader.ReadLine() ?? "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault(whose, error.Message);
        }
    }

    private static SourceFaultException Fault(string whose, string why) => new(new SourceFault("DP-150",
        $"the password of {whose} cannot be read: {why}",
        "Put the password into the first line of the file, which the component's user must be able to read; it is tried again",
        IsPassing: true));
}
