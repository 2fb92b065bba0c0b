namespace Holdfast.Platform.Tests.State;

/// <summary>
/// A disk that was full, and a table that another session kept locked, left the probe of readiness well while the work got nowhere. The
/// probe's own row had room and no lock.
/// </summary>
public sealed class StoreWorkTests
{
    private readonly ManualTime _time = new();
    private readonly StoreWork _work;

    public StoreWorkTests() => _work = new StoreWork(_time);

    [Fact]
    public async Task A_write_that_fails_is_told_until_one_goes_well()
    {
        var writes = _work.Line("heartbeat.hosts", writes: true);
        Assert.Null(_work.Fault());
        await Fails(writes, "could not extend file");
        await _work.Line("heartbeat.hosts", writes: false).Follow(Task.FromResult(1));
        Assert.Equal("PF-331 writing heartbeat.hosts failed 0 s ago: could not extend file", _work.Fault());
        await writes.Follow(Task.FromResult(1));
        Assert.Null(_work.Fault());
    }

    [Fact]
    public async Task A_failure_that_is_not_repeated_is_forgotten_after_a_minute()
    {
        await Fails(_work.Line("a.b", writes: true), "gone");
        _time.Advance(StoreWork.FailureMax);
        Assert.NotNull(_work.Fault());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(_work.Fault());
    }

    [Fact]
    public async Task A_question_that_waits_is_told_after_five_seconds_and_not_once_it_is_answered()
    {
        var answer = new TaskCompletionSource<int>();
        var asked = _work.Line("a.b", writes: false).Follow(answer.Task);
        _time.Advance(StoreWork.AnswerMax);
        Assert.Null(_work.Fault());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("PF-332 reading a.b has had no answer for 6 s", _work.Fault());
        answer.SetResult(1);
        await asked;
        Assert.Null(_work.Fault());
    }

    /// <summary>Each asker loses patience after two seconds and asks again: no question of them all waits for long.</summary>
    [Fact]
    public async Task Askers_that_lose_patience_again_and_again_are_one_that_waits()
    {
        var line = _work.Line("heartbeat.collectors", writes: true);
        for (var i = 0; i < 4; i++)
        {
            var answer = new TaskCompletionSource<int>();
            var asked = line.Follow(answer.Task);
            _time.Advance(TimeSpan.FromSeconds(2));
            answer.SetCanceled(TestContext.Current.CancellationToken);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        }

        Assert.StartsWith("PF-332", _work.Fault(), StringComparison.Ordinal);
        _time.Advance(StoreWork.AnswerMax);
        Assert.Null(_work.Fault());
    }

    private static Task<StateUnavailableException> Fails(StoreLine line, string why) => Assert.ThrowsAsync<StateUnavailableException>(
        () => line.Follow(Task.FromException<int>(new StateUnavailableException(why))));
}
