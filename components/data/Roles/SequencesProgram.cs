using Holdfast.Data.Config;
using Holdfast.Data.Databases;
using Holdfast.Engine.Postgres.Catalog;
using Holdfast.Engine.Transactions;

namespace Holdfast.Data.Roles;

/// <summary>Compares sequences with the rows.</summary>
/// <param name="Database">As in messages, without a password.</param>
/// <param name="Sequences">By table and column.</param>
internal sealed record SequencesReport(string Database, IReadOnlyList<SequenceReport> Sequences);

/// <summary>
/// <c>holdfast-data sequences</c>: a step of a switch-over. Rows that a task writes bring the values of identity columns and serial ones
/// with them, and PostgreSQL's sequences do not move by that; counters of other engines do. A person asks for it by
/// <c>holdfast sources sequences</c>.
/// </summary>
internal static class SequencesProgram
{
    private const int Behind = 3;

    /// <returns>The exit code: 0, or 3 when a sequence is behind its rows.</returns>
    internal static async Task<int> Run(SequencesConfig config, TextWriter output, CancellationToken cancel)
    {
        if (config.Database.Kind != PostgresEngine.Kind)
        {
            throw new ConfigException("DP-502", $"sequences.database.kind: '{config.Database.Kind}' must be {PostgresEngine.Kind}:"
                + " the counters of other engines follow the rows by themselves.");
        }

        var server = PostgresEngine.Server(config.Database, "sequences.database");
        var filter = new StreamFilter { Tables = config.Tables };
        var sequences = await (config.Advance ? PostgresSequences.Advance(server, filter, cancel)
            : PostgresSequences.Read(server, filter, cancel));
        await output.WriteLineAsync(
            JsonSerializer.Serialize(new SequencesReport(config.Database.ToString(), sequences), FindingsJson.Default.SequencesReport));
        return sequences.Any(s => s.IsBehind) ? Behind : 0;
    }
}
