using Microsoft.Data.Sqlite;

namespace Holdfast.App.Fleet;

/// <summary>
/// <c>holdfast workload FILE…</c>: the application whose databases the sample tasks copy. It writes a few transactions a second to
/// each file until it is stopped. A file that cannot be written, or that has grown because nobody reads its changes, is left alone
/// for a while and tried again; the others go on.
/// </summary>
internal static class WorkloadCommand
{
    internal const string Name = "workload";

    /// <summary>The log of changes grows when no Store reads it: beyond this the workload rests.</summary>
    internal const long UsedBytesMax = 64L << 20;

    /// <summary>Between two transactions of one file.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    /// <summary>A task's start is a full second, and nothing is written before it.</summary>
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    internal static Command Create()
    {
        var files = new Argument<string[]>("file") { Description = "Sources of sample tasks.", Arity = ArgumentArity.OneOrMore };
        var command = new Command(Name, "Write to the sources of the sample tasks; ./run starts it.") { files };
        command.Hidden = true;
        command.SetAction(async (parsed, _) =>
        {
            using var ending = new EndingSignals();
            await Task.WhenAll(parsed.GetValue(files)!.Select(
                (file, i) => Write(file, First + Pace * i / 3, TimeProvider.System, ending.Asked)));
            return 0;
        });
        return command;
    }

    private static async Task Write(string file, TimeSpan first, TimeProvider time, CancellationToken stop)
    {
        var said = "";
        for (var wait = first; ; )
        {
            await Task.Delay(wait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
            {
                return;
            }

            var trouble = Once(file, time);
            wait = trouble is null ? Pace : Rest;
            if (trouble != said && trouble is not null)
            {
                Console.WriteLine($"{file}: {trouble}; tried again");
            }

            said = trouble ?? "";
        }
    }

    /// <returns>Why nothing was written; null: a transaction was.</returns>
    private static string? Once(string file, TimeProvider time)
    {
        try
        {
            // A connection for each transaction: a file that was replaced is noticed, and none is held while nothing is written.
            using var connection = SampleBank.Open(file);
            if (SampleBank.UsedBytes(connection) > UsedBytesMax)
            {
                return $"has more than {UsedBytesMax >> 20} MiB, for its changes are not read; the workload rests";
            }

            SampleBank.Transfer(connection, time.GetUtcNow());
            return null;
        }
        catch (SqliteException error)
        {
            return error.Message;
        }
    }
}
