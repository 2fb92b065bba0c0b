using Holdfast.Data.Config;
using Holdfast.Data.Databases;
using Holdfast.Data.Reports;
using Holdfast.Data.Roles;
using Holdfast.Platform;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace Holdfast.Data;

/// <summary>The roles of <c>holdfast-data</c> by its arguments; the environment is the supervisor's (docs/components.md).</summary>
internal static class DataCommand
{
    /// <returns>The exit code.</returns>
    internal static async Task<int> Run(string[] args, Engines engines)
    {
        if (args is ["diagnose", .. var where] && where is [] or ["--directory", _])
        {
            var directory = where is [_, var there] ? there : Environment.GetEnvironmentVariable("HOLDFAST_DIR") ?? ".";
            return await DiagnoseCommand.Run(directory, Console.Out);
        }

        if (args is ["ddl-capture"])
        {
            await Console.Out.WriteAsync(PostgresEngine.DdlCapture);
            return 0;
        }

        using var ending = new EndingSignals();
        using var signals = Signals.Heed(endsWithTerminal: false);

        // Findings of verify, check, slots and sequences are on their output, and nothing else.
        LogEventLevel? aside = args is ["verify" or "check" or "slots" or "sequences", ..] ? LogEventLevel.Verbose : null;
        await using var log = new LoggerConfiguration().WriteTo.Console(
            formatProvider: CultureInfo.InvariantCulture, standardErrorFromLevel: aside).CreateLogger();
        using var logs = new SerilogLoggerFactory(log);
        var folder = Environment.GetEnvironmentVariable("HOLDFAST_DIR");
        try
        {
            if (args is ["verify", "--config", var compared])
            {
                return DataConfig.Read(compared).Verify is { } verify
                    ? await VerifyProgram.Run(verify, engines, Console.Out, TimeProvider.System, ending.Asked)
                    : throw new ConfigException("DP-502", $"{compared}: has no part for verify.");
            }

            if (args is ["check", "--config", var looked])
            {
                return DataConfig.Read(looked).Check is { } check
                    ? await CheckProgram.Run(check, Console.Out, TimeProvider.System, ending.Asked)
                    : throw new ConfigException("DP-502", $"{looked}: has no part for check.");
            }

            if (args is ["slots", "--config", var asked])
            {
                return DataConfig.Read(asked).Slots is { } slots
                    ? await SlotsProgram.Run(slots, Console.Out, ending.Asked)
                    : throw new ConfigException("DP-502", $"{asked}: has no part for slots.");
            }

            if (args is ["sequences", "--config", var counted])
            {
                return DataConfig.Read(counted).Sequences is { } sequences
                    ? await SequencesProgram.Run(sequences, Console.Out, ending.Asked)
                    : throw new ConfigException("DP-502", $"{counted}: has no part for sequences.");
            }

            if (args is not [("store" or "incr-sync") and var role, .. var rest] || rest is not ([] or ["--config", _]))
            {
                await Console.Error.WriteLineAsync(
                    "usage: holdfast-data store | incr-sync [--config FILE]; without it $HOLDFAST_DIR/config.json"
                    + "\n       holdfast-data verify | check | slots | sequences --config FILE"
                    + "\n       holdfast-data ddl-capture: what a PostgreSQL source's superuser runs so that changes of its tables are told"
                    + "\n       holdfast-data diagnose [--directory DIR]; without it $HOLDFAST_DIR");
                return 2;
            }

            var surroundings = Surroundings.Read(Environment.GetEnvironmentVariable);
            var file = rest is [_, var given] ? given : Path.Combine(surroundings.Folder, "config.json");
            var config = DataConfig.Read(file);
            var ended = (role, config) switch
            {
                ("store", { Store: { } store }) =>
                    await new StoreProgram(surroundings, store, config.Holdfast, engines, TimeProvider.System, logs).Run(ending.Asked),
                // Tasks without a name would share one row of the sink, and each other's positions.
                ("incr-sync", { IncrSync: not null }) when surroundings.Task.Length == 0 =>
                    throw new ConfigException("DP-501", "HOLDFAST_TASK: is missing; an Incr-Sync works for a task."),
                ("incr-sync", { IncrSync: { } sync }) =>
                    await new IncrSyncProgram(surroundings, sync, engines, TimeProvider.System, logs).Run(ending.Asked),
                _ => throw new ConfigException("DP-502", $"{file}: has no part for {role}."),
            };
            return ended == 0 ? ending.ExitCode : ended;
        }
        catch (OperationCanceledException) when (ending.Asked.IsCancellationRequested)
        {
            return ending.ExitCode;
        }
        catch (Exception error) when (error is ConfigException or SourceFaultException)
        {
            // The supervisor shows the sentence; the exit code alone would say nothing.
            log.Fatal("{Why}", error.Message);
            if (folder is { Length: > 0 } && Directory.Exists(folder))
            {
                new Status { State = "Abnormal", Error = error.Message }.Write(folder);
            }

            return 1;
        }
    }
}
