namespace Holdfast.Simulation.Tests;

/// <summary>The size and the profile of a world. Together with a plan it is all that a run depends on.</summary>
internal sealed record Shape(int Seed, int Hosts, int Regions, int Idcs, int Tasks, int Collectors, string ProfileName,
    int Schedulers = 1, int Managers = 0, int Alerters = 0)
{
    /// <summary>Down after exactly lease + grace + drift: no slack for anybody.</summary>
    private static readonly Profile Tight = new("tight", Profile.Fast.Ha with
    {
        LeaseSec = 6,
        KillGraceSec = 2,
        ClockDriftSec = 1,
        CheckHostDownIntervalSec = 9,
        CheckRequestIntervalSec = 30,
    }, TimeSpan.FromSeconds(2));

    /// <summary>Leases that are long against the grace, with replies that are held for long.</summary>
    private static readonly Profile Taut = new("taut", Profile.Fast.Ha with
    {
        LeaseSec = 12,
        KillGraceSec = 1,
        ClockDriftSec = 0.5,
        CheckHostDownIntervalSec = 14,
        CheckRequestIntervalSec = 30,
    }, TimeSpan.FromSeconds(4));

    internal Profile Profile
    {
        get
        {
            var profile = ProfileName switch
            {
                "tight" => Tight,
                "taut" => Taut,
                var name => Profile.Named(name)!,
            };
            return HasStores ? profile with { Ha = WithStores(profile.Ha) } : profile;
        }
    }

    /// <summary>The store manager and its Stores are in this world, too.</summary>
    internal bool HasStores => Managers > 0;

    /// <summary>Alerting and the receivers of its channels are in this world, too.</summary>
    internal bool HasAlerts => Alerters > 0;

    internal HaConfig Ha => Profile.Ha;

    internal static Shape Drawn(int seed)
    {
        var random = new Random(seed);
        var regions = random.Next(1, 3);
        return new Shape(seed, random.Next(3, 9) * regions, regions, random.Next(1, 4), random.Next(4, 16),
            random.Next(1, 4), new[] { "fast", "tight", "taut", "standard" }[random.Next(4)], random.Next(1, 4));
    }

    /// <summary>Draws the same world with one or two store managers in it.</summary>
    internal static Shape DrawnWithStores(int seed) => Drawn(seed) with { Managers = 1 + new Random(seed ^ 0x570e).Next(2) };

    /// <summary>Draws the same world, every third with Stores, with one or two replicas of alerting in it.</summary>
    internal static Shape DrawnWithAlerts(int seed) => (seed % 3 == 2 ? DrawnWithStores(seed) : Drawn(seed)) with
    {
        Alerters = 1 + new Random(seed ^ 0xa1e7).Next(2),
    };

    /// <summary>Times and limits that a world of minutes can reach; each way of choosing a start in some worlds.</summary>
    private HaConfig WithStores(HaConfig ha) => ha with
    {
        CheckModuleExceptionIntervalSec = Math.Max(12, ha.CheckHostDownIntervalSec),
        CheckRequestIntervalSec = Math.Min(30, ha.CheckRequestIntervalSec),
        SubtopicStoreNumberThreshold = 2 + (Seed % 3),
        RefetchStoreIntervalMin = 1 + (Seed % 2),
        RefetchMode = Seed % 2 == 0 ? RefetchMode.Computed : RefetchMode.Oms,
        PerceiveStoreClientCheckpoint = Seed % 4 == 1,
        ClearAbnormalResourceHours = 1,
        ClearRedundantStores = Seed % 3 > 0,
    };

    /// <summary>The part of the interval within which two machines' clocks of this world may run apart.</summary>
    internal double DriftShare => Math.Min(0.05, Ha.ClockDriftSec / (Ha.LeaseSec + Ha.KillGraceSec));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"world seed={Seed} hosts={Hosts} regions={Regions} idcs={Idcs} tasks={Tasks} collectors={Collectors} "
        + $"schedulers={Schedulers} profile={ProfileName}") + (HasStores ? $" managers={Managers}" : "")
        + (HasAlerts ? $" alerters={Alerters}" : "");

    internal static Shape Parse(string line)
    {
        var word = line.Split(' ').Skip(1).Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
        int Number(string key) => int.Parse(word[key], CultureInfo.InvariantCulture);
        return new Shape(Number("seed"), Number("hosts"), Number("regions"), Number("idcs"), Number("tasks"), Number("collectors"),
            word["profile"], word.ContainsKey("schedulers") ? Number("schedulers") : 1,
            word.ContainsKey("managers") ? Number("managers") : 0, word.ContainsKey("alerters") ? Number("alerters") : 0);
    }
}
