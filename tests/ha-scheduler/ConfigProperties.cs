using FsCheck;
using FsCheck.Fluent;
using Holdfast.HaScheduler.Config;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Properties of every configuration that is accepted, whatever changes led to it. A failure prints its seed.</summary>
public sealed class ConfigProperties
{
    private static readonly string[] Regions = ["north", "south", "nowhere"];
    private static readonly string[] Tasks = ["t1", "t2", "t3"];

    [Fact]
    public void What_is_accepted_is_safe_in_each_region_and_for_each_task()
    {
        var (accepted, refused) = (0, 0);
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var profile = Profile.All[random.Next(Profile.All.Count)];
            var config = profile.Ha;
            for (var i = 0; i < 10; i++)
            {
                var merged = HaConfigMerge.Merge(config, RandomChange(random), profile);
                (accepted, refused) = merged.Fault is null ? (accepted + 1, refused) : (accepted, refused + 1);
                config = merged.Value?.Config ?? config;
            }

            return IsSafe(config, profile);
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500));
        // A generator whose changes are all refused proves nothing, nor does one whose changes are all taken.
        Assert.True(accepted > 300 && refused > 300, $"{accepted} accepted, {refused} refused");
    }

    private static bool IsSafe(HaConfig config, Profile profile) =>
        config.Lease >= profile.HeartbeatInterval * 2
        && Regions.All(region => Tasks.Select(task => config.ForTask(region, task)).Append(config.ForRegion(region)).Append(config)
            .All(effective => effective.CheckHostDownIntervalSec + 1e-6
                >= effective.LeaseSec + effective.KillGraceSec + effective.ClockDriftSec));

    private static JsonObject RandomChange(Random random)
    {
        var change = new JsonObject();
        foreach (var key in new[] { "leaseSec", "killGraceSec", "clockDriftSec" }.Where(_ => random.Next(3) == 0))
        {
            change[key] = Math.Round(random.NextDouble() * random.Next(1, 40), 2);
        }

        if (random.Next(2) == 0)
        {
            change["checkHostDownIntervalSec"] = random.Next(5, 120);
        }

        if (random.Next(3) == 0)
        {
            change["regions"] = Overrides(random, Regions, "checkHostDownIntervalSec", () => random.Next(5, 120));
        }

        if (random.Next(6) == 0)
        {
            var key = random.Next(2) == 0 ? "checkHostDownIntervalSec" : "restartsMax";
            change["tasks"] = Overrides(random, Tasks, key, () => random.Next(9));
        }

        return change;
    }

    private static JsonObject Overrides(Random random, string[] names, string key, Func<int> value)
    {
        var overrides = new JsonObject();
        foreach (var name in names.Where(_ => random.Next(2) == 0))
        {
            overrides[name] = random.Next(4) == 0 ? null : new JsonObject { [key] = value() };
        }

        return overrides;
    }
}
