using System.Net.Sockets;
using System.Security.Authentication;
using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.Http;

namespace Holdfast.Stores.Postgres;

/// <summary>Meaning of PostgreSQL's errors: whether another attempt may help, and how a reader is told.</summary>
internal static class PostgresFaults
{
    /// <summary>
    /// Connection lost or refused (not: its certificate), server starting, stopping or a standby for now, too many connections, a deadlock.
    /// </summary>
    internal static bool MayPass(Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => true,
        NpgsqlException { InnerException: AuthenticationException } => false,
        PostgresException postgres => postgres.IsTransient || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal),
        NpgsqlException => true,
        TimeoutException or IOException or SocketException => true,
        _ => false,
    };

    /// <summary>The write with this ledger line was committed after all, while it was tried again.</summary>
    internal static bool IsNotedTwice(Exception e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "holdfast_writes" };

    internal static StateUnavailableException Unavailable(string shown, Exception e) => new($"{shown}: {Sentence(e)}", e);

    internal static StateUnavailableException Unreadable(string shown, string collection, string id, Exception e) =>
        new($"{shown}: document '{id}' of collection {collection} cannot be read: {e.InPlainWords()}", e);

    internal static StateRefusedException NoAnswer(string shown, TimeSpan waited, Exception e) => new(new Fault(
        "PF-305", 503, "The database does not answer", $"{shown}: no answer for {waited.TotalSeconds:0} s: {Sentence(e)}.",
        "Start the database, or correct host, port and network; then start again. Nothing was changed."));

    internal static StateRefusedException Unusable(string shown, string why) => new(new Fault(
        "PF-306", 503, "The database cannot be used", $"{shown}: {why}.",
        "Correct user, password, database name or rights; the user must be able to create tables in the schema."));

    internal static StateRefusedException Newer(string shown, string what, long stored, long known) => new(new Fault(
        "PF-304", 503, "The state has a newer schema",
        $"{shown}: {what} has schema {stored}, this program knows up to {known}. It was left as it is.",
        "Start the newer program again, or restore the backup made before the upgrade."));

    internal static StateRefusedException Untrusted(string shown, Exception e) => new(new Fault(
        "PF-306", 503, "The database cannot be used", $"{shown}: its certificate is refused: {e.GetBaseException().InPlainWords()}.",
        "Name the file of its authority (sslrootcert) and a host that the certificate is for; sslmode=require does not look at it."));

    private static string Sentence(Exception e) => e switch
    {
        PostgresException postgres => $"PostgreSQL {postgres.SqlState}: {postgres.MessageText}",
        NpgsqlException { InnerException: { } inner } => $"{e.InPlainWords()} ({inner.InPlainWords()})",
        _ => e.InPlainWords(),
    };
}
