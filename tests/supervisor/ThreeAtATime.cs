// Tests here wait for processes far more than they compute, and each has a host of its own. So three classes run beside each other, and of
// one class one test after the other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.Collections, MaxThreads = 3)]
