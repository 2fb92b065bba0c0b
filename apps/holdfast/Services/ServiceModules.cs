using Holdfast.Alerting;
using Holdfast.ConsoleUi;
using Holdfast.HaScheduler;
using Holdfast.Heartbeat;
using Holdfast.StoreManager;

namespace Holdfast.App.Services;

/// <summary>The services of a fleet, for one process that is all of them, and for commands that describe or seal what they have.</summary>
internal static class ServiceModules
{
    internal static IReadOnlyList<IServiceModule> All() =>
        [new HeartbeatModule(), new HaSchedulerModule(), new StoreManagerModule(), new AlertingModule(), new ConsoleModule()];
}
