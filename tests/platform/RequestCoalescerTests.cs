namespace Holdfast.Platform.Tests;

public class RequestCoalescerTests
{
    private readonly List<IReadOnlyList<int>> _steps = [];
    private readonly Queue<TaskCompletionSource> _gates = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Answers ten times what was asked, step by step when a gate opens; refuses 13 with an error, 7 with the store's.</summary>
    private async Task<IReadOnlyList<int>> Answer(IReadOnlyList<int> asked)
    {
        _steps.Add(asked);
        if (_gates.TryDequeue(out var gate))
        {
            await gate.Task;
        }

        return asked.Contains(7) ? throw new StateUnavailableException("away")
            : asked.Contains(13) ? throw new InvalidOperationException("a defect")
            : [.. asked.Select(a => a * 10)];
    }

    private TaskCompletionSource Gate()
    {
        var gate = new TaskCompletionSource();
        _gates.Enqueue(gate);
        return gate;
    }

    [Fact]
    public async Task Who_asks_alone_is_answered_at_once_and_who_asks_meanwhile_goes_together_in_order()
    {
        var coalescer = new RequestCoalescer<int, int>(Answer, 3);
        var gate = Gate();
        var all = Enumerable.Range(1, 6).Select(n => coalescer.Ask(n, Cancel)).ToList();
        Assert.Equal([1], Assert.Single(_steps));
        gate.SetResult();
        var answers = await Task.WhenAll(all);
        Assert.Equal([10, 20, 30, 40, 50, 60], answers);
        Assert.Equal([[1], [2, 3, 4], [5, 6]], _steps);
        Assert.Equal(80, await coalescer.Ask(8, Cancel));
    }

    [Fact]
    public async Task A_step_has_no_more_than_its_weight_and_what_is_heavier_goes_alone()
    {
        var coalescer = new RequestCoalescer<int, int>(Answer, 10, weigh: asked => asked);
        var gate = Gate();
        List<int> weights = [1, 4, 6, 1, 25, 9, 2];
        var all = weights.Select(n => coalescer.Ask(n, Cancel)).ToList();
        gate.SetResult();
        await Task.WhenAll(all);
        Assert.Equal([[1], [4, 6], [1], [25], [9], [2]], _steps);
    }

    [Fact]
    public async Task Who_is_at_fault_fails_alone_and_a_store_that_is_away_is_away_for_all()
    {
        var coalescer = new RequestCoalescer<int, int>(Answer, 10);
        var (first, second) = (Gate(), Gate());
        var begun = coalescer.Ask(1, Cancel);
        var (good, bad) = (coalescer.Ask(2, Cancel), coalescer.Ask(13, Cancel));
        first.SetResult();
        await begun;
        second.SetResult();
        Assert.Equal(20, await good);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);

        var third = Gate();
        begun = coalescer.Ask(3, Cancel);
        var (one, other) = (coalescer.Ask(4, Cancel), coalescer.Ask(7, Cancel));
        third.SetResult();
        await begun;
        await Assert.ThrowsAsync<StateUnavailableException>(() => one);
        await Assert.ThrowsAsync<StateUnavailableException>(() => other);
        Assert.Equal([4, 7], _steps[^1]);
    }

    [Fact]
    public async Task Whoever_stops_waiting_holds_up_nobody()
    {
        var coalescer = new RequestCoalescer<int, int>(Answer, 10);
        var gate = Gate();
        using var impatient = new CancellationTokenSource();
        var given = coalescer.Ask(1, impatient.Token);
        var other = coalescer.Ask(2, Cancel);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        gate.SetResult();
        Assert.Equal(20, await other);
    }
}
