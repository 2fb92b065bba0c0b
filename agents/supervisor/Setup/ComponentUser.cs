namespace Holdfast.Supervisor.Setup;

/// <summary>
/// The user that components run as. It is another one than the supervisor's, so they can read neither its token nor its memory, and
/// signal neither it nor the guard. The supervisor is in that user's group: what a component writes is readable for both.
/// </summary>
internal sealed record ComponentUser(int Uid, int Gid)
{
    /// <summary>Users by name; others are given by their numbers.</summary>
    public const string File = "/etc/passwd";

    private const int Fields = 7;

    /// <summary>Finds a user; null: there is none of that name, or it is root.</summary>
    /// <param name="given">A name, or UID:GID.</param>
    /// <param name="passwd">The text of the file.</param>
    public static ComponentUser? Named(string given, string passwd)
    {
        var ids = given.Split(':') is [var uid, var gid] ? (uid, gid)
            : passwd.Split('\n').Select(line => line.Split(':')).FirstOrDefault(f => f.Length == Fields && f[0] == given) is { } found
                ? (found[2], found[3]) : ("", "");
        return TryId(ids.Item1, out var user) && TryId(ids.Item2, out var group) ? new ComponentUser(user, group) : null;
    }

    private static bool TryId(string text, out int id) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0;
}
