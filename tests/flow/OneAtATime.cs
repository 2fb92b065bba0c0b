// A flow is measured in seconds, on a machine that its broker shares.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
