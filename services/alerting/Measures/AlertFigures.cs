using System.Diagnostics.Metrics;
using Holdfast.Alerting.Channels;
using Holdfast.Alerting.State;

namespace Holdfast.Alerting.Measures;

/// <summary>A channel in figures.</summary>
/// <param name="Waiting">Deliveries that are not settled.</param>
/// <param name="Overdue">Time for which the first of them has been due; zero: none is.</param>
internal sealed record ChannelFigures(ChannelDefinition Channel, Circuit Circuit, long Waiting, TimeSpan Overdue);

/// <summary>Figures of what alerting holds in the store: all replicas say the same.</summary>
/// <param name="DeadLetters">Deliveries that were given up and may be sent again.</param>
internal sealed record AlertFigures(IReadOnlyList<FiringLevel> Firing, IReadOnlyList<ChannelFigures> Channels, long DeadLetters)
{
    internal static AlertFigures Nothing { get; } = new([], [], 0);

    internal IEnumerable<Measurement<long>> FiringByLevel() => Firing.SelectMany(level => new[]
    {
        new Measurement<long>(level.Count, new("level", level.Name), new("silenced", "no")),
        new Measurement<long>(level.Silenced, new("level", level.Name), new("silenced", "yes")),
    });

    internal IEnumerable<Measurement<long>> Waiting() =>
        Channels.Select(c => new Measurement<long>(c.Waiting, new("channel", c.Channel.Name), new("kind", c.Channel.Kind)));

    internal IEnumerable<Measurement<double>> Overdue() => Channels.Select(
        c => new Measurement<double>(c.Overdue.TotalSeconds, new("channel", c.Channel.Name), new("kind", c.Channel.Kind)));

    /// <summary>One of the three is 1.</summary>
    internal IEnumerable<Measurement<int>> Circuits() => Channels.SelectMany(c => Enum.GetValues<Circuit>().Select(
        state => new Measurement<int>(c.Circuit == state ? 1 : 0, new("channel", c.Channel.Name), new("state", LabelOf(state)))));

    private static string LabelOf(Circuit state) => state switch
    {
        Circuit.Closed => "closed",
        Circuit.Open => "open",
        Circuit.HalfOpen => "half_open",
    };
}
