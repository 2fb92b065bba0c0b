using Holdfast.Engine;

namespace Holdfast.Integration.Tests;

/// <summary>
/// Stores of a real source fail, with their processes and with their hosts: the consumer goes on at its exact position, and nothing
/// is lost, doubled or passed over.
/// </summary>
[Trait("Category", "process")]
[Collection(Alone.Name)]
[Trait("Category", "heavy")]
public sealed class StoreHaTests(BankRun run) : IClassFixture<BankRun>
{
    [Fact]
    public async Task A_killed_store_is_replaced_from_what_its_consumer_needs_and_its_disk_is_used_again()
    {
        var bank = await run.Open("killed");
        await bank.Write(100, seed: 1);
        await bank.Converged();
        var first = (await bank.Runs(1))[0];
        var writing = bank.Write(400, seed: 2);
        BankTask.ProcessOf(first.Name).Send(Signal.Kill);
        await writing;
        await bank.Converged();
        var second = Assert.Single(await bank.Runs(1));
        Assert.NotEqual((first.Name, first.Host), (second.Name, second.Host));
        // It was told the consumer's exact position, and begins there or earlier.
        Assert.True(Place(second.Begin) <= Place(second.Start), $"{second}");
        Assert.Null((await bank.Coverage())["gap"]);

        await bank.Start(first.Name);
        await bank.Write(100, seed: 3);
        await Eventually.Holds(async () => await bank.Store(first.Name) is { Standing: "Running" } back
            && Place(back.End) >= Place((await bank.Store(second.Name)).End) ? null : await bank.Said(), BankRun.Slow);
        Assert.Equal(first.Begin, (await bank.Store(first.Name)).Begin);
        await bank.Converged();
    }

    [Fact]
    public async Task Of_two_stores_one_host_dies_and_the_consumer_goes_on_at_the_other_within_seconds()
    {
        var bank = await run.Open("two");
        await bank.Runs(1);
        await bank.Add();
        await bank.Runs(2);
        await bank.Write(100, seed: 4);
        await bank.Converged();
        // The host of the Store that is read, and not that of the reader.
        var read = await Eventually.Found(async () => await bank.Reads(), BankRun.Slow, "the Store that is read");
        var store = await bank.Store(read);
        if ((await bank.Sync()).Host == store.Host)
        {
            await Migrate(bank, (await bank.Stores()).Select(s => s.Host).Append(store.Host));
            read = await Eventually.Found(async () => await bank.Reads(), BankRun.Slow, "the Store that is read after the move");
            store = await bank.Store(read);
        }

        var writing = bank.Write(400, seed: 5);
        var lost = store;
        run.Supervisor(lost.Host).Send(Signal.Kill);
        try
        {
            await writing;
            await bank.Converged();
            Assert.Null((await bank.Coverage())["gap"]);
            Assert.NotEqual(lost.Name, await bank.Reads());
        }
        finally
        {
            await BankRun.Revive(lost.Host, run.Data);
        }

        await bank.Write(50, seed: 6);
        await Eventually.Holds(async () => await bank.Store(lost.Name) is { Standing: "Running" } back
            && Place(back.End) >= Place((await bank.Stores()).Single(s => s.Name != lost.Name && s.Standing == "Running").End)
                ? null : await bank.Said(), BankRun.Slow);
        Assert.Equal(lost.Begin, (await bank.Store(lost.Name)).Begin);
        await bank.Converged();
    }

    /// <summary>The only Store that has it is dead, and its source has thrown it away: people are told, nothing is passed over.</summary>
    [Fact]
    public async Task What_neither_a_store_nor_the_source_has_is_told_and_the_returning_disk_serves_it()
    {
        var bank = await run.Open("gone");
        await bank.Write(50, seed: 7);
        await bank.Converged();
        var first = (await bank.Runs(1))[0];
        await bank.Do("stop");
        // It is Stopped from the moment in which it is to stop; what it has taken it writes until its process ends.
        await Eventually.Holds(async () => await bank.Sync() is { State: "Stopped" } sync
            && Proc.Running(run.Data, sync.Host).All(r => r.Component != sync.Name) ? null : await bank.Said(), BankRun.Slow);
        var reached = bank.Sink.State();
        await bank.Write(100, seed: 8);
        await Eventually.Holds(
            async () => Place((await bank.Store(first.Name)).End) >= LastOf(bank) ? null : await bank.Said(), BankRun.Slow);
        ThrowAway(bank);
        BankTask.ProcessOf(first.Name).Send(Signal.Kill);
        await bank.Do("start");

        await Eventually.Holds(async () => (string?)(await bank.Why())["code"] == "ST-215" ? null : await bank.Said(), BankRun.Slow);
        await Eventually.Holds(async () => (await Alerts()).Any(a => a.ToJsonString().Contains("\"gone\"", StringComparison.Ordinal))
            ? null : string.Join('\n', await Alerts()), BankRun.Slow);
        await Eventually.Holds(async () => ((string?)bank.Status((await bank.Sync()).Name)?["error"])?.Contains("ST-114",
            StringComparison.Ordinal) == true ? null : await bank.Said(), BankRun.Slow);
        Assert.Equal(reached, bank.Sink.State());

        await bank.Start(first.Name);
        await bank.Converged();
        Assert.Equal(first.Begin, (await bank.Store(first.Name)).Begin);
        await Eventually.Holds(async () => (await bank.Coverage())["gap"] is null ? null : await bank.Said(), BankRun.Slow);

        async Task<IReadOnlyList<JsonObject>> Alerts() => await run.Api.List("/api/v1/alerts?event=holdfast_store_gap");
    }

    private async Task Migrate(BankTask bank, IEnumerable<string> taken)
    {
        var sync = await bank.Sync();
        var target = Holdfast.App.Fleet.FleetHost.All.Select(h => h.Id).Except(taken, StringComparer.Ordinal).First();
        var asked = await run.Api.Post($"/api/v1/components/{Uri.EscapeDataString(sync.Name)}/migrate",
            new JsonObject { ["targetHost"] = target, ["reason"] = "its host is to die" });
        Assert.True(asked.Status == System.Net.HttpStatusCode.Accepted, $"{asked.Status} {asked.Body}");
        await Eventually.Holds(async () => (await bank.Sync()) is var now && now.Host == target && FleetRun.Runs(run.Data, now)
            ? null : now.ToString(), BankRun.Slow);
    }

    /// <summary>Throws away as retention does, at once and whoever reads: all that is committed now.</summary>
    private static void ThrowAway(BankTask bank)
    {
        using var connection = bank.Source.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            BEGIN IMMEDIATE;
            DELETE FROM hf_reader;
            DELETE FROM hf_log WHERE seq < (SELECT max(seq) FROM hf_log);
            DELETE FROM hf_commit WHERE seq < (SELECT max(seq) FROM hf_commit);
            UPDATE hf_capture SET pruned = (SELECT max(seq) FROM hf_commit);
            COMMIT;
            """;
        command.ExecuteNonQuery();
    }

    private static Position LastOf(BankTask bank)
    {
        using var connection = bank.Source.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT generation FROM hf_capture), (SELECT max(seq) FROM hf_log)";
        using var row = command.ExecuteReader();
        row.Read();
        return new Position((ulong)row.GetInt64(0), (ulong)row.GetInt64(1));
    }

    private static Position Place(string? text) =>
        Position.TryParse(text?.Split('@')[0], out var place) ? place : Position.Zero;
}
