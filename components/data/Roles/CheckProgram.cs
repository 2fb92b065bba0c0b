using Holdfast.Data.Config;
using Holdfast.Data.Databases;
using Holdfast.Engine.Transactions;

namespace Holdfast.Data.Roles;

/// <summary>The findings of a check.</summary>
/// <param name="Database">As in messages, without a password.</param>
/// <param name="Tables">Count of its tables that were looked at.</param>
/// <param name="Findings">In the order in which they are best mended.</param>
internal sealed record CheckReport(string Database, int Tables, IReadOnlyList<CheckFinding> Findings);

/// <summary>One thing that is missing.</summary>
/// <param name="Code">Of docs/errors.md.</param>
/// <param name="Message">The condition that does not hold.</param>
/// <param name="Workaround">The statement that mends it, or what else helps.</param>
/// <param name="IsNote">Worth knowing, and no obstacle.</param>
internal sealed record CheckFinding(string Code, string Message, string Workaround, bool IsNote);

/// <summary>
/// <c>holdfast-data check</c>: names each right, setting and limit that a database lacks for its part, and changes nothing. A person
/// asks for it by <c>holdfast sources check</c>.
/// </summary>
internal static class CheckProgram
{
    private const int Lacking = 3;

    /// <summary>
    /// Nothing is captured before a Store has started once, foreign keys that are checked are a choice, as standbys and origins are, and a
    /// broker need not tell all.
    /// </summary>
    private static readonly string[] Notes = ["DP-120", "DP-159", "DP-362", "DP-176", "DP-187", "DP-188", "DP-189", "DP-615"];

    /// <returns>The exit code: 0, or 3 when something is missing.</returns>
    internal static async Task<int> Run(CheckConfig config, TextWriter output, TimeProvider time, CancellationToken cancel)
    {
        var filter = new StreamFilter { Tables = config.Tables };
        await using var catalog = Engines.Catalog(config.Database, "check.database", time);
        var (tables, faults) = await Looked(catalog, filter, config, cancel);
        var findings = faults.Select(f => new CheckFinding(f.Code, f.Message, f.Workaround, Notes.Contains(f.Code)))
            .OrderBy(f => f.IsNote).ToList();
        var report = new CheckReport(config.Database.ToString(), tables, findings);
        await output.WriteLineAsync(JsonSerializer.Serialize(report, FindingsJson.Default.CheckReport));
        return findings.TrueForAll(f => f.IsNote) ? 0 : Lacking;
    }

    /// <summary>That a database is away, or lets nobody in, is a finding too.</summary>
    private static async Task<(int Tables, IReadOnlyList<SourceFault> Faults)> Looked(
        ICatalog catalog, StreamFilter filter, CheckConfig config, CancellationToken cancel)
    {
        try
        {
            var faults = config.IsSink ? await catalog.SinkChecks(filter, cancel) : await catalog.Checks(filter, cancel);
            faults = config.HasDdl ? [.. faults, .. await catalog.DdlChecks(config.IsSink, filter, cancel)] : faults;
            return ((await catalog.Tables(filter, cancel)).Count, faults);
        }
        catch (SourceFaultException error)
        {
            return (0, [error.Fault]);
        }
    }
}
