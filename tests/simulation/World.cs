namespace Holdfast.Simulation.Tests;

/// <summary>Everything there is in one run, and the one source of its chances.</summary>
internal sealed class World
{
    private readonly Random _random;
    private readonly Dictionary<string, Sink> _sinks = new(StringComparer.Ordinal);

    internal World(Shape shape, Mutation mutation)
    {
        (Shape, Mutation, _random) = (shape, mutation, new Random(shape.Seed));
        Broker = new Broker(this);
        Truth = new Truth(this);
        Watch = new ClusterWatch(this);
        Poisons = new Poisons(this);
        Leaders = new LeadersWatch(this);
        Edits = new EditsWatch(this);
        Lists = new ListsWatch(this);
        Steady = new SteadyWatch(this);
        Schedulers = [.. Enumerable.Range(0, shape.Schedulers).Select(i => (Site)new SchedulerSite(this, $"scheduler{i}", NewMachine()))];
        Collectors = [.. Enumerable.Range(0, shape.Collectors).Select(i => (Site)new CollectorSite(this, $"collector{i}", NewMachine()))];
        Hosts = [.. Enumerable.Range(0, shape.Hosts).Select(NewHost)];
        Operator = new Operator(this);
        Managers = [.. Enumerable.Range(0, shape.Managers).Select(i => (Site)new ManagerSite(this, $"manager{i}", NewMachine()))];
        Logs = shape.HasStores ? new Logs(this) : null;
        Stores = shape.HasStores ? new StoreWatch(this) : null;
        Alerters = [.. Enumerable.Range(0, shape.Alerters).Select(i => (Site)new AlerterSite(this, $"alerter{i}", NewMachine()))];
        Alerts = shape.HasAlerts ? new AlertWatch(this) : null;
        Store.Written = Watch.Written;
    }

    internal Shape Shape { get; }
    internal Mutation Mutation { get; }
    internal Timeline Time { get; } = new();
    internal MemoryStore Store { get; } = new();
    internal Broker Broker { get; }
    internal Truth Truth { get; }
    internal ClusterWatch Watch { get; }
    internal LeadersWatch Leaders { get; }
    internal EditsWatch Edits { get; }

    internal ListsWatch Lists { get; }
    internal SteadyWatch Steady { get; }
    internal Operator Operator { get; }
    internal Poisons Poisons { get; }
    internal Storm Http { get; } = new();
    internal List<Site> Schedulers { get; }
    internal List<Site> Collectors { get; }
    internal List<Site> Managers { get; }
    internal List<Site> Alerters { get; }
    internal List<Host> Hosts { get; }

    /// <summary>The sources' logs; null where nobody reads them.</summary>
    internal Logs? Logs { get; }

    internal StoreWatch? Stores { get; }
    internal AlertWatch? Alerts { get; }

    /// <summary>The other ends of alerting's channels, by their names.</summary>
    internal SortedDictionary<string, Receiver> Receivers { get; } = new(StringComparer.Ordinal);
    internal IEnumerable<Site> Services => Collectors.Concat(Schedulers).Concat(Managers).Concat(Alerters);
    internal IEnumerable<Sink> Sinks => _sinks.Values;
    /// <summary>Anyone who answers.</summary>
    internal SchedulerSite? AnyScheduler => Pick(Schedulers.Cast<SchedulerSite>().Where(s => s.IsReady).ToList());

    internal CollectorSite? AnyCollector => Pick(Collectors.Where(c => c.Proc is { Runs: true }).Cast<CollectorSite>().ToList());

    internal ManagerSite? AnyManager => Pick(Managers.Cast<ManagerSite>().Where(m => m.IsReady).ToList());

    internal AlerterSite? AnyAlerter => Pick(Alerters.Cast<AlerterSite>().Where(a => a.IsReady).ToList());

    internal SchedulerSite? LeaderOf(string region) => Schedulers.Cast<SchedulerSite>().FirstOrDefault(s => s.Leads(region));

    internal string RegionOf(string task) => $"r{int.Parse(task[1..], System.Globalization.CultureInfo.InvariantCulture) % Shape.Regions}";

    /// <summary>Time at which the write that is being done was asked for: one that was long on its way is no later decision.</summary>
    internal long AskedAt { get; set; }

    /// <summary>The site whose write is being done, and the life in which it asked for it.</summary>
    internal (Site Site, int Life)? Asker { get; set; }

    /// <summary>Nothing of the plan is a reason for a host to lose its lease.</summary>
    internal bool OnlyTheStoreFails { get; init; }

    /// <summary>Each heartbeat of a host comes to another collector.</summary>
    internal bool IsBehindGateway => OnlyTheStoreFails && Shape.Seed % 2 == 0;

    /// <summary>The first invariant that did not hold.</summary>
    internal Violation? Violation { get; private set; }

    /// <summary>Counts of what happened.</summary>
    internal Dictionary<string, long> Figures { get; } = new(StringComparer.Ordinal);

    /// <summary>Words of components instead of the truth; null: their directory does not answer.</summary>
    internal Dictionary<string, byte[]?> HostileWords { get; } = new(StringComparer.Ordinal);

    /// <summary>Times at which these ended, in the world's ticks.</summary>
    internal Dictionary<string, long> HostileWordsEnded { get; } = new(StringComparer.Ordinal);

    internal Action<string>? Story { get; set; }

    internal void Broken(string invariant, string what)
    {
        if (Violation is null)
        {
            Violation = new Violation(invariant, what, Time.Elapsed);
            Tell($"!! {invariant}: {what}");
        }
    }

    internal void Tell(string what) => Story?.Invoke($"{Time.Elapsed.TotalSeconds,10:0.000} {what}");

    internal void Count(string what, long times = 1) => Figures[what] = Figures.GetValueOrDefault(what) + times;

    internal Sink SinkOf(string task)
    {
        if (!_sinks.TryGetValue(task, out var sink))
        {
            _sinks[task] = sink = new Sink(this, task, Logs?.Find(task)?.From ?? 0);
        }

        return sink;
    }

    /// <summary>True with this probability; then it counts as a fault of this kind.</summary>
    internal bool Chances(double probability, string fault)
    {
        if (probability <= 0 || _random.NextDouble() >= probability)
        {
            return false;
        }

        Count("fault: " + fault);
        return true;
    }

    /// <summary>Extra time that a message takes while it storms; null: there is none.</summary>
    internal TimeSpan? Delay(Storm storm) => Chances(storm.Delaying, "message delayed")
        ? _random.NextDouble() * _random.NextDouble() * storm.DelayMax : null;

    internal TimeSpan Latency() => Between(0.0005, 0.003) + (Delay(Http) ?? TimeSpan.Zero);

    internal Guid NewGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }

    internal TimeSpan Between(double from, double to) => TimeSpan.FromSeconds(from + (_random.NextDouble() * (to - from)));

    internal T? Pick<T>(IReadOnlyList<T> among) where T : class => among.Count == 0 ? null : among[_random.Next(among.Count)];

    /// <summary>A tick or a consumer failed. What could not be asked may fail so; anything else is a defect.</summary>
    internal void TickFailed(Site site, Exception error)
    {
        if (error is StateUnavailableException or TimeoutException or OperationCanceledException)
        {
            Count("failed ticks");
            return;
        }

        Broken("X", $"{site.Name} threw {error}");
    }

    /// <summary>A message that nobody in the world acts on.</summary>
    internal void Said(object message) => Count("said: " + message.GetType().Name);

    internal void Passed(SchedulerSite scheduler)
    {
        Count("passes");
        Poisons.Passed(scheduler);
        // The same function decides every time: some of the passes are enough.
        if (Figures["passes"] % 4 == 0)
        {
            Watch.Passed(scheduler);
        }
    }

    internal void Begin()
    {
        Alerts?.Begin();
        Services.ToList().ForEach(s => s.Start());
        Hosts.ForEach(h => h.Boot());
        Operator.Begin();
    }

    private Machine NewMachine(double rate = 1)
    {
        var share = Shape.DriftShare / 3;
        return new Machine(Time, rate * (1 + (((_random.NextDouble() * 2) - 1) * share)), _random.Next(2) == 0);
    }

    private Host NewHost(int number)
    {
        var region = number % Shape.Regions;
        var idc = number / Shape.Regions % Shape.Idcs;
        return new Host(this, number, $"r{region}", $"r{region}-i{idc}", NewMachine(Mutation.HostRate));
    }
}

/// <summary>An invariant that did not hold.</summary>
internal sealed record Violation(string Invariant, string What, TimeSpan At);
