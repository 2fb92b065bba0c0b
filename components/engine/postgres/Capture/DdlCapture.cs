using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Holdfast.Engine.Postgres.Db;

namespace Holdfast.Engine.Postgres.Capture;

/// <summary>
/// Event triggers that write each change of a table into the server's log, at its place in its transaction, and publish tables that come.
/// Only some roles may make them; without them the reader notices only that a table's rows have become others.
/// </summary>
internal static partial class DdlCapture
{
    /// <summary>Prefix of the messages, each the JSON of one statement.</summary>
    internal const string Prefix = "holdfast.ddl";

    private const string Statements = "Holdfast.Engine.Postgres.Capture.ddl-capture.sql";

    private const string Installed = """
        SELECT count(*) FILTER (WHERE e.evtenabled = 'A' AND obj_description(e.evtfoid, 'pg_proc') = $1) FROM pg_event_trigger e
        WHERE e.evtname IN ('holdfast_ddl', 'holdfast_drop', 'holdfast_rewrite')
        """;

    /// <summary>The statements of an administrator by which it is installed, where the Store's role may not do it.</summary>
    internal static string Script { get; } = Read();

    /// <summary>Another one is put in its place.</summary>
    private static string Version => VersionText().Match(Script).Groups["version"].Value;

    /// <summary>Statements are told.</summary>
    internal static async Task<bool> IsInstalled(Session session, CancellationToken cancel) =>
        await session.One(Installed, cancel, Version).ConfigureAwait(false) == "3";

    /// <summary>Statements that give the rights to a reader who has not made it.</summary>
    internal static string Grants(string role) => $"GRANT USAGE ON SCHEMA holdfast TO {Sql.Name(role)}; "
        + $"GRANT SELECT, INSERT ON holdfast.hf_captured TO {Sql.Name(role)}; GRANT SELECT ON holdfast.hf_key TO {Sql.Name(role)}";

    /// <summary>The key that seals the messages; null: it was never installed.</summary>
    internal static async Task<byte[]?> Key(Session session, CancellationToken cancel) =>
        await session.One("SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE n.nspname = 'holdfast' AND c.relname = 'hf_key'", cancel).ConfigureAwait(false) is null ? null
            : await session.One("SELECT encode(key, 'hex') FROM holdfast.hf_key", cancel).ConfigureAwait(false) is { } hex
                ? Convert.FromHexString(hex) : null;

    /// <summary>The text of a message that event triggers wrote in this transaction; empty: somebody else wrote it.</summary>
    internal static ReadOnlySpan<byte> Opened(ReadOnlySpan<byte> message, byte[]? key)
    {
        if (key is null || message.Length <= SHA256.HashSizeInBytes)
        {
            return [];
        }

        var text = message[SHA256.HashSizeInBytes..];
        byte[] inner = [.. key, .. text];
        byte[] outer = [.. key, .. SHA256.HashData(inner)];
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(outer), message[..SHA256.HashSizeInBytes]) ? text : [];
    }

    /// <summary>Installs it where the role may, and adds the tables that are to be published when they come.</summary>
    /// <returns>False: the role may not.</returns>
    internal static async Task<bool> Install(Session session, StreamFilter filter, CancellationToken cancel)
    {
        if (!await IsInstalled(session, cancel).ConfigureAwait(false))
        {
            try
            {
                await using var transaction = await session.Connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
                await using var command = new NpgsqlCommand(Script, session.Connection);
                await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
                await transaction.CommitAsync(cancel).ConfigureAwait(false);
            }
            catch (PostgresException error) when (error.SqlState == "42501")
            {
                return false;
            }
        }

        try
        {
            foreach (var pattern in filter.Tables.Count > 0 ? filter.Tables : ["*.*"])
            {
                await session.Run("INSERT INTO holdfast.hf_captured(pattern) SELECT $1 WHERE NOT EXISTS"
                    + " (SELECT FROM holdfast.hf_captured WHERE pattern = $1)", cancel, Expression(pattern)).ConfigureAwait(false);
            }

            return true;
        }
        catch (PostgresException error) when (error.SqlState == "42501")
        {
            // Statements are told; tables that come are published by the next start.
            return true;
        }
    }

    /// <summary>Takes it away.</summary>
    internal static async Task Remove(Session session, CancellationToken cancel)
    {
        await session.Run("DROP EVENT TRIGGER IF EXISTS holdfast_ddl", cancel).ConfigureAwait(false);
        await session.Run("DROP EVENT TRIGGER IF EXISTS holdfast_drop", cancel).ConfigureAwait(false);
        await session.Run("DROP EVENT TRIGGER IF EXISTS holdfast_rewrite", cancel).ConfigureAwait(false);
        await session.Run("DROP TABLE IF EXISTS holdfast.hf_captured, holdfast.hf_key", cancel).ConfigureAwait(false);
        foreach (var function in (string[])["hf_ddl()", "hf_drop()", "hf_rewrite()", "hf_tell(jsonb)", "hf_told(text, text, text[], text)"])
        {
            await session.Run($"DROP FUNCTION IF EXISTS holdfast.{function}", cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Marks what the session does, up to the end of its transaction, as the Store's own doing.</summary>
    internal static Task<int> Own(Session session, CancellationToken cancel) =>
        session.Run("SELECT set_config('holdfast.own', 'on', true)", cancel);

    /// <summary>A pattern of a filter, as the server's regular expressions say it.</summary>
    internal static string Expression(string pattern) => $"^{Letter().Replace(pattern, m => m.Value == "*" ? "[^.]*" : $"\\{m.Value}")}$";

    private static string Read()
    {
        using var stream = typeof(DdlCapture).Assembly.GetManifestResourceStream(Statements)
            ?? throw new InvalidOperationException($"{Statements} is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"[^A-Za-z0-9_\u0080-\uFFFF ]")]
    private static partial Regex Letter();

    [GeneratedRegex(@"IS '(?<version>holdfast \d+)'", RegexOptions.ExplicitCapture)]
    private static partial Regex VersionText();
}
