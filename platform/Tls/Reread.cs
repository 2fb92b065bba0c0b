namespace Holdfast.Platform.Tls;

/// <summary>Result of a look at the files.</summary>
public enum Look
{
    /// <summary>Nothing to tell.</summary>
    Same,

    /// <summary>Other contents: what was made of them is in use from now on.</summary>
    Taken,

    /// <summary>Other contents that cannot be used: what was made before stays in use. Told once.</summary>
    Refused,
}

/// <summary>
/// Something made of files, and made again when what is in them changes. Contents are compared, because times and links say little (a
/// mounted secret changes by a link above it). The owner looks as often as it likes.
/// </summary>
public sealed class Reread<T> where T : class
{
    private readonly IReadOnlyList<string> _files;
    private readonly Func<IReadOnlyList<byte[]>, T> _make;
    private IReadOnlyList<byte[]> _seen;
    private volatile T _current;
    private bool _isDoubtful;

    private Reread(IReadOnlyList<string> files, Func<IReadOnlyList<byte[]>, T> make, IReadOnlyList<byte[]> seen, T current) =>
        (_files, _make, _seen, _current) = (files, make, seen, current);

    public T Current => _current;

    /// <summary>Reason why the files cannot be used, from the look that refused them.</summary>
    public string WhyNot { get; private set; } = "";

    public string Files => string.Join(", ", _files);

    /// <param name="make">May throw what reading certificates and text throws; its message is shown.</param>
    /// <returns>Or why it cannot be made.</returns>
    public static (Reread<T>? Made, string? WhyNot) Open(IReadOnlyList<string> files, Func<IReadOnlyList<byte[]>, T> make)
    {
        try
        {
            IReadOnlyList<byte[]> read = [.. files.Select(File.ReadAllBytes)];
            return (new Reread<T>(files, make, read, make(read)), null);
        }
        catch (Exception error) when (IsOfFiles(error))
        {
            return (null, error.Message);
        }
    }

    /// <summary>Not at the same time as another look.</summary>
    public Look Check()
    {
        IReadOnlyList<byte[]> read;
        try
        {
            read = [.. _files.Select(File.ReadAllBytes)];
        }
        catch (Exception error) when (IsOfFiles(error))
        {
            return Refuse([], error.Message);
        }

        if (IsSeen(read))
        {
            return _isDoubtful ? Tell() : Look.Same;
        }

        try
        {
            _current = _make(read);
            (_seen, _isDoubtful) = (read, false);
            return Look.Taken;
        }
        catch (Exception error) when (IsOfFiles(error))
        {
            return Refuse(read, error.Message);
        }
    }

    /// <summary>Told at the second look: the two files of a pair are rarely replaced in one step.</summary>
    private Look Refuse(IReadOnlyList<byte[]> read, string why)
    {
        WhyNot = why;
        if (!IsSeen(read))
        {
            (_seen, _isDoubtful) = (read, true);
            return Look.Same;
        }

        return _isDoubtful ? Tell() : Look.Same;
    }

    private Look Tell()
    {
        _isDoubtful = false;
        return Look.Refused;
    }

    private bool IsSeen(IReadOnlyList<byte[]> read) =>
        read.Count == _seen.Count && read.Zip(_seen).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));

    private static bool IsOfFiles(Exception error) => error is IOException or UnauthorizedAccessException or ArgumentException
        or FormatException or System.Security.Cryptography.CryptographicException;
}
