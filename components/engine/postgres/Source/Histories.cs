using System.Globalization;
using System.Text;
using Holdfast.Engine.Postgres.Capture;
using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Seams;
using Npgsql.Replication;

namespace Holdfast.Engine.Postgres.Source;

/// <summary>
/// The server's histories: each promotion of a standby begins a new one at some place of the one before. A position of an older one
/// leads on when the new one began after it.
/// </summary>
internal static class Histories
{
    /// <exception cref="SourceFaultException">The position is of a history that the server does not have.</exception>
    internal static async Task Check(PostgresDatabase database, Position after, ServerIdentity server, CancellationToken cancel)
    {
        if (after.Major > server.Timeline || after.Major == 0)
        {
            throw new SourceFaultException(CaptureFaults.OtherHistory(after, server.Timeline, "the server has not come so far"));
        }

        await using var connection = new LogicalReplicationConnection(database.ConnectionString("history"));
        await connection.Open(cancel).ConfigureAwait(false);
        var file = await connection.TimelineHistory((uint)server.Timeline, cancel).ConfigureAwait(false);
        if (WhyNot(after, Encoding.UTF8.GetString(file.Content)) is { } why)
        {
            throw new SourceFaultException(CaptureFaults.OtherHistory(after, server.Timeline, why));
        }
    }

    /// <summary>Each line of a history file: a timeline, where it ended, and why. Pure.</summary>
    /// <returns>Why the position leads nowhere; null: it was committed before the history branched off.</returns>
    internal static string? WhyNot(Position after, string file)
    {
        foreach (var line in file.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(['\t', ' '], StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length >= 2 && ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var timeline)
                && timeline == after.Major)
            {
                return after.Minor < Lsn.Read(parts[1]) ? null : $"that one ended at {parts[1]}, before it";
            }
        }

        return $"it has no timeline {after.Major.ToString(CultureInfo.InvariantCulture)} in its past";
    }
}
