using Holdfast.Engine.MySql.Db;

namespace Holdfast.Engine.MySql.Capture;

/// <summary>A server's settings must be these for its log to say all that is needed.</summary>
internal static class LogSettings
{
    private static readonly (string Name, string Wanted)[] Wanted =
        [("log_bin", "ON"), ("binlog_format", "ROW"), ("binlog_row_image", "FULL"), ("binlog_row_metadata", "FULL")];

    internal static async Task<IReadOnlyList<SourceFault>> Faults(
        MySqlServer server, MySqlConnection connection, CancellationToken cancel)
    {
        var faults = new List<SourceFault>();
        foreach (var (name, wanted) in Wanted)
        {
            var value = await connection.Variable(name, cancel);
            if (!string.Equals(value, wanted, StringComparison.OrdinalIgnoreCase))
            {
                faults.Add(name == "log_bin" ? SourceFaults.NoLog(server) : SourceFaults.Setting(name, value, wanted));
            }
        }

        if (await connection.Variable("binlog_row_value_options", cancel) is { Length: > 0 } options)
        {
            faults.Add(SourceFaults.Setting("binlog_row_value_options", options, ""));
        }

        return faults;
    }
}
