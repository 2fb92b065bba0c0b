using Holdfast.HaScheduler.Config;
using Holdfast.Platform.State;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Passes whose ha.config is changed in the store.</summary>
public abstract class ConfigScene : PassScene
{
    private protected static HaConfigStore Store(Life life) => life.Get<HaConfigStore>();

    private protected static async Task Change(Life life, Func<HaConfig, HaConfig> change, string by, string? reason)
    {
        var held = Store(life).Held.Version == 0 ? await Store(life).Load(default) : Store(life).Held;
        Assert.True(await Store(life).Change(held, change(held.Config), by, reason, default));
    }

    private protected static Task<long> Entries(Life life) =>
        life.Get<IDocuments<HaConfigChange>>().Count(DocumentQuery<HaConfigChange>.All, default);
}
