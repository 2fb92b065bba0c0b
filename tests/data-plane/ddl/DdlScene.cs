namespace Holdfast.DataPlane.Tests.Ddl;

/// <summary>A source and a sink of two engines, with a Store and an Incr-Sync as real processes between them.</summary>
internal sealed class DdlScene : IAsyncDisposable
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(120);
    private readonly Plant _plant;
    private string? _ticket;

    private DdlScene(Plant plant, DdlSide source, DdlSide sink) => (_plant, Source, Sink) = (plant, source, sink);

    internal DdlSide Source { get; }

    internal DdlSide Sink { get; }

    internal DataProcess Sync { get; private set; } = null!;

    internal PointRequests Points => _plant.Points!;

    internal DataProcess Store { get; private set; } = null!;

    internal string Told => $"{Store.Status.ToJsonString()}\n{Store.Output}\n{Sync?.Status.ToJsonString()}\n{Sync?.Output}";

    /// <param name="from">Engine of the source.</param>
    /// <param name="to">Engine of the sink.</param>
    /// <param name="made">Both have these tables.</param>
    internal static async Task<DdlScene> Start(string from, string to, params string[] made)
    {
        var plant = new Plant();
        plant.Points = new PointRequests(plant.Folder("points"));
        var scene = new DdlScene(plant, await DdlSide.Start(from, plant, "source"), await DdlSide.Start(to, plant, "sink"));
        await scene.Source.Run(made);
        await scene.Sink.Run(made);
        scene.Store = plant.StartStore("st1", "", "shop", c =>
        {
            c["source"] = scene.Source.Config;
            c["tables"] = new JsonArray($"{DdlSide.Schema}.*");
        });
        await Plant.Serves(scene.Store);
        return scene;
    }

    /// <summary>Under a higher epoch, with another configuration of its statements.</summary>
    internal DataProcess Run(JsonObject? ddl = null) => Sync = _plant.StartSync("t1", "", "shop", c =>
    {
        c["sink"] = Sink.Config;
        c["ddl"] = ddl;
        if (ddl is null)
        {
            c.Remove("ddl");
        }
    });

    /// <summary>Once more, as the scheduler does it.</summary>
    internal DataProcess Again() => Sync = _plant.Start("incr-sync", "t1", "t1");

    /// <summary>Starts it with a person's answer to the statement at which it has stopped.</summary>
    internal DataProcess Answer(string answer, string? statement = null)
    {
        // The next stop, behind the statement, has no ticket: the answer is still to that.
        _ticket = ((string?)Sync.Status["error"])?.Contains("statement ticket", StringComparison.Ordinal) == true
            ? DdlTests.TicketIn(Sync) : _ticket;
        var said = new JsonObject { ["ticket"] = _ticket, ["answer"] = answer };
        if (statement is not null)
        {
            said["statement"] = statement;
        }

        return Run(new JsonObject { ["answers"] = new JsonArray(said) });
    }

    /// <summary>Waits until a query says the same at both ends.</summary>
    internal Task Same(string sql) => Until(async () => (await Source.Rows(sql)).SequenceEqual(await Sink.Rows(sql)) ? null
        : $"{sql}\nsource {string.Join("; ", await Source.Rows(sql))}\nsink {string.Join("; ", await Sink.Rows(sql))}");

    /// <summary>Waits until a query of the sink answers with these rows.</summary>
    internal Task Has(string sql, params string[] rows) => Until(async () => await Sink.Rows(sql) is var there
        && there.SequenceEqual(rows) ? null : $"{sql}: {string.Join("; ", there)}");

    /// <summary>Waits until so many statements were applied: a sink may show what the last one does before it is noted.</summary>
    internal Task Applied(int count) => Until(async () => await Sink.Passed() is var passed && passed.Count == count
        && passed.All(p => p.EndsWith("|Applied", StringComparison.Ordinal)) ? null : string.Join('\n', passed));

    private async Task Until(Func<Task<string?>> why)
    {
        for (var begun = TimeProvider.System.GetTimestamp(); await why() is { } not;)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Slow)
            {
                Assert.Fail($"{not}\n{Told}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _plant.DisposeAsync();
        await Source.DisposeAsync();
        await Sink.DisposeAsync();
    }
}
