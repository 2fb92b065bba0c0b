using System.Runtime.CompilerServices;
using Holdfast.Engine.Postgres.Capture;
using Holdfast.Engine.Postgres.Db;
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
        var row = await Row(connection, $"TIMELINE_HISTORY {server.Timeline.ToString(CultureInfo.InvariantCulture)}", cancel)
            .ConfigureAwait(false);
        if (WhyNot(after, row[1] as string ?? Encoding.UTF8.GetString((byte[])row[1])) is { } why)
        {
            throw new SourceFaultException(CaptureFaults.OtherHistory(after, server.Timeline, why));
        }
    }

    /// <summary>The driver's own call takes the file for bytes; servers since 15 send text, and it fails.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ReadSingleRow")]
    private static extern Task<object[]> Row(ReplicationConnection connection, string command, CancellationToken cancel);

    /// <summary>Each line of a history file: a timeline, where it ended, and why. Pure.</summary>
    /// <returns>The reason why the position leads nowhere; null: it was committed before the history branched off.</returns>
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
