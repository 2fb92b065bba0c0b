using System.Diagnostics;

namespace Holdfast.Platform.Tests.State;

/// <summary>
/// This program, started once more to use the same file or server. What it has done it writes line by line to its output; it ends
/// by itself after its work or its time limit.
/// </summary>
internal static class OtherProcess
{
    internal const string Mode = "--other-process";
    private static readonly TimeSpan LifeMax = TimeSpan.FromSeconds(50);

    /// <summary>The whole lines of a process that is killed once it has written so many.</summary>
    internal static async Task<List<string>> ReadThenKill(Process process, int lines, CancellationToken cancel)
    {
        var text = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            text.Add(line);
            if (text.Count == lines)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync(cancel);
        return text[..^1]; // The last may be cut short.
    }

    internal static Process Start(string work, string file)
    {
        var extension = OperatingSystem.IsWindows() ? ".exe" : null;
        var program = Path.ChangeExtension(typeof(OtherProcess).Assembly.Location, extension);
        return Process.Start(new ProcessStartInfo(program, [Mode, work, file])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
    }

    internal static async Task<int> Run(string[] args)
    {
        using var life = new CancellationTokenSource(LifeMax, TimeProvider.System);
        var address = args[2].Contains("://", StringComparison.Ordinal) ? args[2] : "sqlite:" + args[2];
        await using var services = new ServiceCollection().AddLogging()
            .AddState(new Settings { Store = new StoreAddress(address) }).BuildServiceProvider();
        var store = services.GetRequiredService<IDocumentStore>();
        await store.Ready(life.Token);
        var documents = store.Open(Specimen.Collection());
        await (args[1] switch
        {
            nameof(InsertForever) => InsertForever(documents, life.Token),
            nameof(Increment) => Increment(documents, life.Token),
            var other => throw new ArgumentException(other, nameof(args)),
        });
        return 0;
    }

    /// <summary>Single inserts by several callers and bulks beside them; each acknowledged id becomes a line.</summary>
    internal static async Task InsertForever(IDocuments<Specimen> documents, CancellationToken cancel)
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(
            async () =>
            {
                for (var n = 0; ; n++)
                {
                    var ids = caller == 0 ? BulkIds(n) : [$"{caller}-{n}"];
                    await Store(documents, ids, cancel);
                    lock (Console.Out)
                    {
                        ids.ForEach(Console.WriteLine);
                    }
                }
            },
            cancel)));
    }

    /// <summary>Adds 200 to the load of document "a" by compare-and-set.</summary>
    internal static async Task Increment(IDocuments<Specimen> documents, CancellationToken cancel)
    {
        await DocumentsConformance.Increment(documents, "a", 200, cancel);
        Console.WriteLine("done");
    }

    private static List<string> BulkIds(int n) => [.. Enumerable.Range(0, 50).Select(k => $"0-{n}-{k}")];

    private static Task Store(IDocuments<Specimen> documents, List<string> ids, CancellationToken cancel)
    {
        var specimens = ids.ConvertAll(id => new Specimen(id) { Text = new string('x', 200) });
        return specimens.Count == 1 ? documents.Insert(specimens[0], cancel) : documents.UpsertMany(specimens, cancel);
    }
}
