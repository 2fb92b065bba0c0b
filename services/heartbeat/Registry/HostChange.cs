using Holdfast.Heartbeat.State;

namespace Holdfast.Heartbeat.Registry;

/// <summary>Body of PATCH /api/v1/hosts/{id}: what is left out stays as it is.</summary>
public sealed record HostSettings
{
    public QuotasChange? Quotas { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>true, or {"reason": "…"}: the host's work goes elsewhere and no other comes; false or null ends it.</summary>
    public JsonElement Drain { get; init; }

    /// <summary>{"reason", "owner", "until"}: HA leaves the host alone until then; false or null ends it.</summary>
    public JsonElement Maintenance { get; init; }
}

/// <summary>The most Stores and the most other components, 0 to 10,000 each.</summary>
public sealed record QuotasChange(int? Stores, int? Others);

/// <summary>The new value of a setting; no value: it ends.</summary>
internal sealed record NewValue<T>(T? Value) where T : class;

internal sealed record DrainSetting(string Reason);

internal sealed record MaintenanceSetting(string Reason, string Owner, DateTimeOffset Until);

/// <summary>A change that keeps the rules; null: stays as it is.</summary>
internal sealed record HostChange
{
    internal QuotasChange? Quotas { get; init; }
    internal IReadOnlyList<string>? Tags { get; init; }
    internal NewValue<DrainSetting>? Drain { get; init; }
    internal NewValue<MaintenanceSetting>? Maintenance { get; init; }

    /// <param name="row">Null: nobody has set anything yet.</param>
    /// <param name="who">The person.</param>
    /// <param name="by">The collector that writes it.</param>
    internal RegistrationRow Applied(string host, RegistrationRow? row, string who, string by, DateTimeOffset at)
    {
        var quotas = row?.Quotas ?? Contracts.Quotas.Unset;
        return new RegistrationRow(
            host,
            new Quotas(Quotas?.Stores ?? quotas.Stores, Quotas?.Others ?? quotas.Others),
            Tags ?? row?.Tags ?? [],
            by,
            at)
        {
            Drain = Drain is null ? row?.Drain : Drained(row?.Drain, Drain.Value, who, Micros(at)),
            ForgottenAt = row?.ForgottenAt,
            Past = row?.Past,
            Maintenance = Maintenance is null ? row?.Maintenance : Maintained(row?.Maintenance, Maintenance.Value, who, Micros(at)),
        };
    }

    /// <summary>Documents keep microseconds: more would make the same setting look like another one after a restart.</summary>
    internal static DateTimeOffset Micros(DateTimeOffset at) =>
        at.ToUniversalTime().AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));

    /// <summary>Asked for again it is the same drain, which began when it was asked for first.</summary>
    private static Drain? Drained(Drain? before, DrainSetting? setting, string who, DateTimeOffset at) => setting switch
    {
        null => null,
        _ when before?.Reason == setting.Reason => before,
        _ => new Drain(setting.Reason, who, at),
    };

    private static Maintenance? Maintained(
        Maintenance? before, MaintenanceSetting? setting, string who, DateTimeOffset at) => setting switch
    {
        null => null,
        _ when (before?.Reason, before?.Owner, before?.Until) == (setting.Reason, setting.Owner, setting.Until) => before,
        _ => new Maintenance(setting.Reason, setting.Owner, setting.Until, who, at),
    };
}
