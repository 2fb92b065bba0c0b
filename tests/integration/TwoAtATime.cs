// Tests here wait for processes far more than they compute. Each class has ports and folders of its own: two of them beside each other,
// of one class one test after the other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.Collections, MaxThreads = 2)]

namespace Holdfast.Integration.Tests;

/// <summary>Tests that measure whole seconds of leases, or that nothing was delivered in them, run when no other class does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
