using Microsoft.Extensions.Logging;

namespace Holdfast.ConsoleUi.Access;

/// <summary>Keeps the audit within its age and its size; says in it what it has forgotten.</summary>
internal sealed class AuditRetention(Audit audit, Settings settings, TimeProvider time, ILogger<AuditRetention> logger)
    : TickLoop(time, logger)
{
    internal const string Deed = "forget audit entries";

    /// <summary>A day of guessing, from as many addresses as there are, makes fewer in six hours.</summary>
    internal const int AtOnce = 10_000;

    protected override TimeSpan Interval => TimeSpan.FromHours(1);

    protected override async Task Tick(CancellationToken cancel)
    {
        var forgotten = await audit.Forget(TimeSpan.FromDays(settings.AuditDays), settings.AuditEntries, AtOnce, cancel);
        if (forgotten > 0)
        {
            await audit.Note($"console@{settings.Instance}", "", Deed, "audit", "done", string.Create(CultureInfo.InvariantCulture,
                $"{forgotten}: older than {settings.AuditDays} days, or more than {settings.AuditEntries}"));
        }
    }
}
