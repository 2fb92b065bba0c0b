// Tests here wait far more than they compute. Each class has services, and mostly a broker, of its own: two classes beside each other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.Collections, MaxThreads = 2)]
