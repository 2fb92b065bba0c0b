// Tests here wait far more than they compute. Each class has services, and mostly a broker, of its own: two classes beside each other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.Collections, MaxThreads = 2)]

namespace Holdfast.Flow.Tests;

/// <summary>
/// Tests that read metrics run when no other services are in this process. Instruments of one name are one series of OpenTelemetry's, which
/// is over for all of them once the services of one end.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
