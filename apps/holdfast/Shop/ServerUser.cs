using Holdfast.App.Processes;

namespace Holdfast.App.Shop;

/// <summary>
/// The user that a private server runs as: of root's run its package's own or nobody, since PostgreSQL refuses root; else the run's.
/// </summary>
internal sealed record ServerUser(string Uid, string Gid, bool IsAnother)
{
    private const string Nobody = "nobody";

    internal static ServerUser Of(string package)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new ServerUser("", "", IsAnother: false);
        }

        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(u => u.Length > 3).ToList();
        var user = users.Find(u => u[0] == package) ?? users.Find(u => u[0] == Nobody)
            ?? throw new InvalidOperationException($"/etc/passwd knows neither {package} nor {Nobody}");
        return new ServerUser(user[2], user[3], IsAnother: true);
    }

    /// <summary>
    /// Before a program: it becomes this user's. The signal at the death of the run is asked for anew, since it is lost with the user.
    /// </summary>
    internal IReadOnlyList<string> Runs(string program, Signal atDeath) =>
    [
        "setpriv", .. IsAnother ? (string[])["--reuid", Uid, "--regid", Gid, "--clear-groups"] : [],
        "--pdeathsig", atDeath == Signal.Interrupt ? "INT" : "TERM", "--", program,
    ];

    /// <summary>For <c>install</c>: to whom something belongs.</summary>
    internal IReadOnlyList<string> Owner => IsAnother ? ["-o", Uid, "-g", Gid] : [];
}
