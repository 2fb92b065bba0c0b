// Every test here has several processes of its own and measures seconds: side by side they would measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
