using System.Collections.Concurrent;
using MassTransit;

namespace Holdfast.StoreManager.Feed;

/// <summary>Hosts to which no new Store is to come while there is another one, as the scheduler says, again and again.</summary>
internal sealed class HostsShunned(TimeProvider time)
{
    /// <summary>A word that has not been said again for so long holds no more.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);

    private readonly long _origin = time.GetTimestamp();
    private readonly ConcurrentDictionary<string, (HostsAvoided Said, TimeSpan At)> _said = new(StringComparer.Ordinal);

    internal void Hear(HostsAvoided said) => _said[said.Region] = (said, time.GetElapsedTime(_origin));

    /// <summary>Sentence that says why no Store may come; null: one may.</summary>
    internal string? WhyNot(string region, string host) =>
        _said.TryGetValue(region, out var last) && time.GetElapsedTime(_origin) - last.At <= Kept
            ? last.Said.Hosts.FirstOrDefault(h => h.Host == host)?.Because
            : null;
}

internal sealed class HostsAvoidedConsumer(HostsShunned shunned) : IConsumer<HostsAvoided>
{
    public Task Consume(ConsumeContext<HostsAvoided> context)
    {
        shunned.Hear(context.Message);
        return Task.CompletedTask;
    }
}

/// <summary>Each replica hears it.</summary>
internal sealed class HostsAvoidedDefinition(Settings settings)
    : LiveEndpoint<HostsAvoidedConsumer>("store-manager.hosts-avoided", settings);
