using System.Net.Sockets;

namespace Holdfast.Engine.Postgres.Db;

/// <summary>The meaning of the errors that a server, or the way to it, answers with.</summary>
internal static class Failure
{
    internal const string ObjectInUse = "55006";
    internal const string LockNotAvailable = "55P03";

    /// <summary>An object is in a state in which the statement makes no sense.</summary>
    internal const string NotNow = "55000";

    internal const string Duplicate = "23505";

    private static readonly string[] Passing =
    [
        "40001", "40P01", LockNotAvailable, ObjectInUse, // Others were at it.
        "57014", "57P01", "57P02", "57P03", "57P05", "25P03", // Somebody ended the statement, the session or the server.
        "25006", // A server that became a standby.
        "XX000", // As the server says when its own catalog changed meanwhile.
    ];

    /// <summary>An error of the server or of the way to it, not of this program.</summary>
    internal static bool IsOne(Exception error) =>
        error is NpgsqlException or SocketException or IOException or TimeoutException or ObjectDisposedException;

    /// <summary>A retry may soon succeed.</summary>
    internal static bool IsPassing(Exception error) => error is not PostgresException refused || IsPassing(refused.SqlState);

    /// <summary>Judges by the SQLSTATE of an answer.</summary>
    internal static bool IsPassing(string state) =>
        state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("53", StringComparison.Ordinal) || Passing.Contains(state);

    /// <summary>A value does not fit its column, or text is none of its type.</summary>
    internal static bool IsValue(string state) => state.StartsWith("22", StringComparison.Ordinal);

    /// <summary>A rule of the table refuses the row.</summary>
    internal static bool IsConstraint(string state) =>
        state.StartsWith("23", StringComparison.Ordinal) || state.StartsWith("44", StringComparison.Ordinal);

    /// <summary>The table is not what it was when the statement was written.</summary>
    internal static bool IsOtherTable(string state) => state is "42P01" or "42703" or "42804" or "42P10" or "0A000" or "3F000" or "428C9";

    /// <summary>The error in the server's words, without values of rows.</summary>
    internal static string Words(Exception error) =>
        error is PostgresException refused ? $"{refused.MessageText} (SQLSTATE {refused.SqlState})" : error.Words();

    /// <summary>The fault of work on a source or a catalog.</summary>
    internal static SourceFault Of(PostgresDatabase database, Exception error) => error switch
    {
        PostgresException { SqlState: "28P01" or "28000" } => new SourceFault("DP-151",
            $"{database} lets nobody in: {Words(error)}", "Correct user, password or pg_hba.conf", IsPassing: true),
        PostgresException { SqlState: "42501" } => new SourceFault("DP-152",
            $"{database} lacks a right: {Words(error)}", "Grant it (docs/engines/postgres.md lists the statements)"),
        PostgresException { SqlState: "3D000" } => new SourceFault("DP-153",
            $"{database} is not there: {Words(error)}", "Correct the database's name, or create it"),
        // A slot that somebody moves just now cannot be copied.
        _ when IsPassing(error) || error is PostgresException { SqlState: NotNow } => new SourceFault(
            "DP-154", $"{database} is away, or busy: {Words(error)}",
            "It is tried again; if it stays so, look at the server and the way to it", IsPassing: true),
        _ => new SourceFault("DP-155", $"{database} refuses a statement: {Words(error)}", "Look up the SQLSTATE, and the server's log"),
    };
}
