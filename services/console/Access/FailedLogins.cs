using Holdfast.Platform.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.ConsoleUi.Access;

/// <summary>
/// Failed logins in the audit: the first of a name, an address and an outcome in each minute at once, the rest of that minute as one
/// number. One entry for each would let anybody fill the disk.
/// </summary>
internal sealed class FailedLogins(Audit audit, TimeProvider time, ILogger<FailedLogins> logger) : TickLoop(time, logger)
{
    internal const string Deed = "log in";

    /// <summary>Names and addresses that one minute tells apart.</summary>
    internal const int ApartMax = 20;

    private static readonly Kind Others = new("?", "", "many names or addresses");

    private readonly Lock _lock = new();
    private Dictionary<Kind, int> _more = [];

    protected override TimeSpan Interval => TimeSpan.FromMinutes(1);

    /// <param name="detail">Of the first one in its minute; never a secret.</param>
    internal Task Note(string name, string address, string code, string? detail = null)
    {
        var kind = new Kind(name, address, code);
        lock (_lock)
        {
            if (_more.TryGetValue(kind, out var more))
            {
                _more[kind] = more + 1;
                return Task.CompletedTask;
            }

            if (_more.Count >= ApartMax)
            {
                _more[Others] = _more.GetValueOrDefault(Others) + 1;
                return Task.CompletedTask;
            }

            _more[kind] = 0;
        }

        return audit.Note(name, address, Deed, "console", code, detail);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await Tell();
        }
        catch (StateUnavailableException)
        {
            // The first of each was told; the end does not wait for the store.
        }
    }

    protected override Task Tick(CancellationToken cancel) => Tell();

    internal async Task Tell()
    {
        Dictionary<Kind, int> minute;
        lock (_lock)
        {
            (minute, _more) = (_more, []);
        }

        foreach (var (kind, more) in minute.Where(m => m.Value > 0))
        {
            await audit.Note(kind.Name, kind.Address, Deed, "console", kind.Code,
                string.Create(CultureInfo.InvariantCulture, $"{more} more within a minute"));
        }
    }

    private readonly record struct Kind(string Name, string Address, string Code);
}
