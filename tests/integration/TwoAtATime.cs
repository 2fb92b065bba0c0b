// Tests here wait for processes far more than they compute. Each class has ports and folders of its own: two of them beside each other,
// on the two cores for which their limits were chosen; of one class one test after the other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.Collections, MaxThreads = 2)]
