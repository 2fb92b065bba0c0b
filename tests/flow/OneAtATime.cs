// A flow is measured in seconds, on a machine that its broker shares.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
