// One fleet, one browser, two cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
