namespace Holdfast.Simulation.Tests;

/// <summary>Chances that messages on one kind of way are lost, doubled, reordered or delayed.</summary>
internal sealed class Storm
{
    internal double Loss { get; set; }
    internal double Doubling { get; set; }
    internal double Reordering { get; set; }
    internal double Delaying { get; set; }
    internal TimeSpan DelayMax { get; set; }

    internal void Calm() => Set(0, TimeSpan.Zero);

    internal void Set(double force, TimeSpan delayMax) =>
        (Loss, Doubling, Reordering, Delaying, DelayMax) = (force / 2, force, force, force * 3, delayMax);
}
