using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Tables;
using Holdfast.Engine.Progress;
using Holdfast.Engine.Statements;

namespace Holdfast.Engine.MySql.Sink;

/// <summary>
/// Runs a statement that changes tables on a server where it commits by itself. A lock that ends with the session keeps a second one out.
/// The shapes of the tables are written down before: after a process was killed, the next one tells from them whether the statement was
/// done.
/// </summary>
internal sealed partial class TableChange(MySqlServer server, LaneName name, TimeProvider time, MySqlSinkOptions options)
{
    private const int LockSeconds = 20;

    /// <summary>A process that was paused, or whose host is gone, holds the lock no longer than this.</summary>
    private const int IdleSeconds = 60;

    /// <summary>Brings it about, once.</summary>
    /// <returns>Null: it has taken effect, and its progress may be written.</returns>
    internal async Task<ApplyResult?> Run(SinkDdl ddl, CancellationToken cancel)
    {
        await using var connection = await Connections.Open(server, cancel, isPooled: false);
        await connection.Run($"SET SESSION wait_timeout = {IdleSeconds}, SESSION lock_wait_timeout = {LockSeconds}", cancel);
        if (await connection.First("SELECT GET_LOCK(@p0, @p1)", cancel, LockName(), LockSeconds) is not [1L or 1])
        {
            return new TryAgain("an earlier writer of the task is still changing a table");
        }

        try
        {
            return await Locked(connection, ddl, cancel);
        }
        catch (MySqlException error) when (!ServerErrors.IsPassing(error))
        {
            return DdlRefusals.ByServer(error.Message);
        }
    }

    private async Task<ApplyResult?> Locked(MySqlConnection connection, SinkDdl ddl, CancellationToken cancel)
    {
        var now = await Looks(connection, ddl, cancel);
        var open = await DdlRows.Open(connection, name.Task, ddl.Ticket, cancel);
        var before = open is var (run, looks) && run == DdlRows.Text(ddl) ? looks : null;
        if (before is null)
        {
            if (ddl.Run.FirstOrDefault(r => !DdlForecast.IsTelling(r.Does, now)) is { } mute)
            {
                return DdlRefusals.Unknown($"nobody could tell afterwards whether it was done: its tables look alike ({mute.Sql})");
            }

            if (await Begin(connection, ddl, now, cancel) is { } ended)
            {
                return ended;
            }
        }

        foreach (var each in ddl.Run)
        {
            switch (before is null ? DdlState.NotDone : DdlForecast.Judge(each.Does, before, now))
            {
                case DdlState.NotDone:
                    Pass("ddl");
                    await Execute(connection, ddl, each.Sql, cancel);
                    Pass("ddl-ran");
                    break;
                case DdlState.Unknown:
                    return DdlRefusals.Unknown("it was begun by a process that has ended, and the tables are neither as before nor as it"
                        + $" would leave them ({each.Sql})");
                default:
                    break;
            }
        }

        return null;
    }

    /// <summary>Under the fence; whoever takes over later waits for the lock, which this session holds.</summary>
    private async Task<ApplyResult?> Begin(
        MySqlConnection connection, SinkDdl ddl, Dictionary<TableName, TableLook> looks, CancellationToken cancel)
    {
        await connection.Run("START TRANSACTION", cancel);
        long? fence = await connection.First(
            $"SELECT epoch FROM {Sql.Own}.hf_fence WHERE task = @p0 LOCK IN SHARE MODE", cancel, name.Task) is [var epoch]
            ? Convert.ToInt64(epoch, CultureInfo.InvariantCulture) : null;
        if (EpochFence.IsPast(fence, name.Epoch))
        {
            return new Fenced(fence!.Value);
        }

        if (EpochFence.IsLost(fence, name.Epoch))
        {
            return SinkFaults.NoFence(name.Task);
        }

        await DdlRows.WriteBegun(connection, name, ddl, looks, (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / 10, cancel);
        await connection.Run("COMMIT", cancel);
        Pass("ddl-begun");
        return null;
    }

    private static async Task Execute(MySqlConnection connection, SinkDdl ddl, string sql, CancellationToken cancel)
    {
        if (ddl.Schema.Length > 0)
        {
            await connection.Run($"USE {Sql.Name(ddl.Schema)}", cancel);
        }

        if (ddl.Modes is { } modes)
        {
            await connection.Run(string.Create(CultureInfo.InvariantCulture, $"SET SESSION sql_mode = {modes}"), cancel);
        }

        // The library would look for parameters in the text, by the quotes of our own sessions. The server reads it, as one statement.
        await connection.Run($"SET @holdfast = CONVERT(x'{Convert.ToHexString(Encoding.UTF8.GetBytes(sql))}' USING utf8mb4)", cancel);
        await connection.Run("PREPARE holdfast FROM @holdfast", cancel);
        await connection.Run("EXECUTE holdfast", cancel);
    }

    private static async Task<Dictionary<TableName, TableLook>> Looks(
        MySqlConnection connection, SinkDdl ddl, CancellationToken cancel)
    {
        var looks = new Dictionary<TableName, TableLook>();
        foreach (var table in ddl.Run.SelectMany(r => r.Does.Tables).Distinct())
        {
            looks[table] = await TableReader.Read(connection, table.Schema, table.Name, cancel) is { } shape
                ? new TableLook(await Text(connection, table, cancel), [.. shape.Schema.Columns.Select(c => c.Name)])
                : TableLook.None;
        }

        return looks;
    }

    /// <summary>
    /// The server's text of a table, without the name, which may be what changes, and without the counter, which may move.
    /// </summary>
    private static async Task<string> Text(MySqlConnection connection, TableName table, CancellationToken cancel)
    {
        var row = await connection.First($"SHOW CREATE TABLE {Sql.Name(table.Schema, table.Name)}", cancel);
        var text = Convert.ToString(row![1], CultureInfo.InvariantCulture)!;
        return Counter().Replace(text[text.IndexOf('(', StringComparison.Ordinal)..], "");
    }

    private string LockName() =>
        "holdfast/" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name.Task)).AsSpan(0, 16));

    private void Pass(string step) => options.Passing?.Invoke(step);

    [GeneratedRegex(" AUTO_INCREMENT=[0-9]+")]
    private static partial Regex Counter();
}
