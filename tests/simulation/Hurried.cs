using System.Runtime.CompilerServices;

namespace Holdfast.Simulation.Tests;

/// <summary>The wait between two ticks of a loop, which ends at once when somebody hurries it; without an exception for each.</summary>
internal sealed class Hurried(TickLoop loop, Proc proc, TimeProvider clock)
{
    private readonly LoopTrigger _signal = TriggerFor(loop);
    private Action? _next;
    private Task? _watched;
    private long _turn;

    internal void Wait(TimeSpan rest, Action next)
    {
        var (turn, hurry) = (++_turn, NextOf(_signal).Task);
        _next = next;
        if (hurry.IsCompleted || rest <= TimeSpan.Zero)
        {
            proc.After(TimeSpan.Zero, () => End(turn));
            return;
        }

        proc.After(rest, () => End(turn));
        if (!ReferenceEquals(_watched, hurry))
        {
            _watched = hurry;
            hurry.GetAwaiter().OnCompleted(() => End(_turn));
        }
    }

    private void End(long turn)
    {
        if (turn != _turn || _next is not { } next)
        {
            return;
        }

        _next = null;
        // Takes the signal back when it was set; with nothing to wait for it is over at once.
        _ = _signal.Wait(TimeSpan.Zero, clock, CancellationToken.None);
        next();
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_trigger")]
    private static extern ref LoopTrigger TriggerOf(TickLoop loop);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_next")]
    private static extern ref TaskCompletionSource NextOf(LoopTrigger signal);

    private static LoopTrigger TriggerFor(TickLoop loop) => TriggerOf(loop);
}
