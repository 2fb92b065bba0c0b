using Holdfast.Engine.MySql.Db;

namespace Holdfast.Engine.MySql.Capture;

/// <summary>Makes a server a source.</summary>
public static class MySqlCapture
{
    /// <summary>
    /// Makes our tables, and notes which server it is and whether its log was begun anew. Nothing is written to a server that is not the
    /// one that is known already.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="known">Identity of the source that somebody has read; null: any.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="SourceFaultException">Its settings do not do, or it cannot be asked.</exception>
    public static Task Install(MySqlServer server, string? known = null, CancellationToken cancel = default) => ServerFaults.Guard(
        server, async () =>
        {
            await using var connection = await Connections.Open(server, cancel);
            if ((await LogSettings.Faults(server, connection, cancel)).Take(1).ToList() is [var fault])
            {
                // A setting is mended while the server runs.
                throw new SourceFaultException(fault with { IsPassing = true });
            }

            var mark = await Installation.Mark(connection, cancel);
            if (known is null || mark?.SystemId == known)
            {
                await Installation.Make(connection, cancel);
            }

            return true;
        });
}
