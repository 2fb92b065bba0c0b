using MassTransit;

namespace Holdfast.Heartbeat.Tests;

/// <summary>
/// A host had gone and come back, and its 2,000 tasks were all released. Its list was written 311,786 times in 13 minutes. The process
/// that wrote it was not to be ended meanwhile.
/// </summary>
[Trait("Category", "slow")]
public sealed class RemovalTests : RunningService
{
    private const int Tasks = 2_000;

    private static readonly PlacementKey[] Removed = [.. Enumerable.Range(0, Tasks).Select(i => new PlacementKey($"c{i}", 1))];

    private IBus Bus => App.Services.GetRequiredService<IBus>();

    private DesiredComponents Desired => App.Services.GetRequiredService<DesiredComponents>();

    private async Task<long> TimesWritten() =>
        (await App.Services.GetRequiredService<IDocuments<DesiredRow>>().Find("h1", Limit.Token))?.Version ?? 0;

    private async Task Publish(IEnumerable<ComponentPlaced> messages)
    {
        var all = messages.ToList();
        await Register(all);
        await Task.WhenAll(all.Select(m => Bus.Publish(m, Limit.Token)));
    }

    private static IEnumerable<ComponentPlaced> All(DesiredState desired, long revision) =>
        Enumerable.Range(0, Tasks).Select(i => Placed($"c{i}", 1, revision, desired, "h1", "run"));

    private static HostAdmitted Admitted(long sequence) =>
        new() { Host = "h1", Incarnation = 1, Sequence = sequence, Removed = Removed, At = DateTimeOffset.UnixEpoch };

    [Fact]
    public async Task Removals_that_are_said_again_and_again_write_nothing_once_they_are_known()
    {
        await Hear(Report(1, 1));
        await Publish(All(DesiredState.Running, 1));
        await Until(() => Desired.Find("h1")?.Components.Count == Tasks);
        Assert.InRange(await TimesWritten(), 1, Tasks / 4);
        await Publish(All(DesiredState.Absent, 2));
        await Until(() => Desired.Find("h1")!.Components.Count == 0);
        var before = await TimesWritten();
        for (var again = 0; again < 5; again++)
        {
            await Publish(All(DesiredState.Absent, 2));
        }

        // The last in the line: when it is there, all before it were looked at.
        await Publish([Placed("last")]);
        await Until(() => Desired.Find("h1")!.Components.Count == 1);
        Assert.InRange(await TimesWritten(), before + 1, before + 2);
    }

    [Fact]
    public async Task A_host_that_is_admitted_again_and_again_with_many_removals_has_its_list_written_once()
    {
        await Hear(Report(1, 1));
        await Publish(All(DesiredState.Running, 1));
        await Until(() => Desired.Find("h1")?.Components.Count == Tasks);
        var before = await TimesWritten();
        await Register([.. All(DesiredState.Absent, long.MaxValue)]);
        var entry = App.Services.GetRequiredService<HostRegistry>().Find("h1")!;
        for (var sequence = 1; sequence <= 20; sequence++)
        {
            await Bus.Publish(Admitted(sequence), Limit.Token);
        }

        await Until(() => entry.Gives(Report(1, 20) with { DesiredVersion = 0 }, Health.Now) != Giving.EmptyList
            && Desired.Find("h1")!.Components.Count == 0);
        await Publish([Placed("last")]);
        await Until(() => Desired.Find("h1")!.Components.Count == 1);
        Assert.InRange(await TimesWritten(), before + 2, before + 3);
    }

    [Fact]
    public async Task A_process_with_thousands_of_messages_before_it_ends_in_seconds()
    {
        await Hear(Report(1, 1));
        for (var revision = 1; revision <= 10; revision++)
        {
            await Publish(All(revision % 2 == 1 ? DesiredState.Running : DesiredState.Absent, revision));
        }

        for (var sequence = 1; sequence <= 200; sequence++)
        {
            await Bus.Publish(Admitted(sequence), Limit.Token);
        }

        var before = await TimesWritten();
        var told = TimeProvider.System.GetTimestamp();
        await App.StopAsync(Limit.Token);
        // A write for each message is two thousand of them. Counted, since the seconds of a busy machine say nothing.
        Assert.InRange(await TimesWritten() - before, 0, 20);
        await Stop();
        Assert.InRange(TimeProvider.System.GetElapsedTime(told).TotalSeconds, 0, 40);
    }
}
