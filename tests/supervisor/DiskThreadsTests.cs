using Holdfast.Supervisor.Load;

namespace Holdfast.Supervisor.Tests;

/// <summary>Work that hangs on a disk keeps no other work waiting.</summary>
public sealed class DiskThreadsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static async Task Until(DiskThreads disks, Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        while (!holds())
        {
            disks.Tend();
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
        }
    }

    [Fact]
    public async Task Twenty_that_hang_leave_a_thread_for_the_next_and_come_back_when_they_can()
    {
        var disks = new DiskThreads(TimeProvider.System);
        using var goOn = new ManualResetEventSlim();
        var hung = Enumerable.Range(0, 20).Select(_ => disks.Begin(() => goOn.Wait(Limit))).ToList();
        var next = disks.Begin(() => { });
        await Until(disks, () => next.IsDone);
        Assert.All(hung, h => Assert.False(h.IsDone));
        goOn.Set();
        await Until(disks, () => hung.All(h => h.IsDone));
        var last = disks.Begin(() => { });
        await Until(disks, () => last.IsDone);
    }

    [Fact]
    public async Task What_fails_is_told_to_who_asked_and_ends_nothing()
    {
        var disks = new DiskThreads(TimeProvider.System);
        var failed = disks.Begin(() => throw new IOException("no space"));
        var next = disks.Begin(() => { });
        await Until(disks, () => next.IsDone);
        Assert.Equal("no space", failed.Failed?.Message);
        Assert.Null(next.Failed);
    }

    [Fact]
    public async Task A_disk_that_does_not_answer_is_full_and_what_was_measured_before_is_said_on()
    {
        var time = new Holdfast.Tests.ManualTime();
        var disks = new DiskThreads(TimeProvider.System);
        using var goOn = new ManualResetEventSlim(initialState: true);
        var usage = new UsageSampler(disks, time, () => [], _ =>
        {
            goOn.Wait(Limit);
            return new Contracts.Usage(0.1, 0.2, 0.3);
        });
        Assert.Equal(1, usage.Sample().Disk);
        await Until(disks, () => usage.Sample().Disk < 1);
        goOn.Reset();
        await Until(disks, () => usage.Sample() is { Disk: 0.3 }); // one more may have been on its way
        time.Advance(UsageSampler.AnswerMax);
        usage.Sample();
        time.Advance(UsageSampler.AnswerMax + TimeSpan.FromMilliseconds(1));
        Assert.Equal(new Contracts.Usage(0.1, 0.2, 1), usage.Sample());
        goOn.Set();
        await Until(disks, () => usage.Sample().Disk < 1);
    }
}
