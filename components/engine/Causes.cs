namespace Holdfast.Engine;

/// <summary>
/// Explains errors with their causes. Of a lost connection a library says only "could not read"; the reason is in the causes.
/// </summary>
public static class Causes
{
    /// <summary>An error's sentence, with those of its causes that say something else.</summary>
    /// <param name="error">As it came.</param>
    /// <returns>Sentences with ": " between them, the error's own first.</returns>
    public static string Words(this Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var words = error.Message;
        for (var cause = error.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (!words.Contains(cause.Message, StringComparison.Ordinal))
            {
                words = $"{words.TrimEnd('.')}: {cause.Message}";
            }
        }

        return words;
    }
}
