using Holdfast.Platform.Http;
using Holdfast.Platform.State;

namespace Holdfast.Alerting.Channels;

/// <summary>
/// The channels that people have defined. What leaves it is masked; what enters it keeps the rules and has been
/// tested.
/// </summary>
internal sealed class ChannelDirectory(IDocuments<ChannelDefinition> channels, ChannelKinds kinds, TimeProvider time)
{
    internal async Task<IReadOnlyList<ChannelDefinition>> All(CancellationToken cancel) =>
        [.. (await channels.Query(DocumentQuery<ChannelDefinition>.All.Take(ChannelRules.ChannelsRead), cancel))
            .Items.Select(c => Secrets.Masked(c.Document))];

    internal async Task<Outcome<ChannelDefinition>> Find(string name, CancellationToken cancel) =>
        await Known(name, cancel) is { } found ? Secrets.Masked(found.Document) : Faults.UnknownChannel(name);

    internal async Task<Outcome<ChannelTest>> Test(ChannelDefinition given, CancellationToken cancel)
    {
        var whole = Whole(given, (await Known(given.Name, cancel))?.Document);
        return whole.Fault is { } fault ? fault : await kinds.Test(whole.Value!, cancel);
    }

    internal async Task<Outcome<ChannelDefinition>> Create(ChannelDefinition given, bool force,
        CancellationToken cancel)
    {
        var whole = Whole(given, null);
        if (whole.Fault is { } broken)
        {
            return broken;
        }

        if (await Known(given.Name, cancel) is not null)
        {
            return Faults.NameTaken(given.Name);
        }

        if (await channels.Count(DocumentQuery<ChannelDefinition>.All, cancel) >= ChannelRules.ChannelsMax)
        {
            return Faults.TooManyChannels(ChannelRules.ChannelsMax);
        }

        if (!force && await Failed(whole.Value!, cancel) is { } failed)
        {
            return failed;
        }

        var now = Saying.Micros(time.GetUtcNow());
        var channel = whole.Value! with { CreatedAt = now, UpdatedAt = now };
        return await channels.Insert(channel, cancel) ? Secrets.Masked(channel) : Faults.NameTaken(given.Name);
    }

    internal async Task<Outcome<ChannelDefinition>> Change(string name, ChannelDefinition given, bool force,
        CancellationToken cancel)
    {
        if (given.Name.Length > 0 && given.Name != name)
        {
            return Faults.Channel(
                [new FieldFault("name", Limits.Short(given.Name),
                $"must be the path's name, '{name}', or absent: a channel keeps its name")]);
        }

        if (await Known(name, cancel) is not { } known)
        {
            return Faults.UnknownChannel(name);
        }

        var whole = Whole(given with { Name = name }, known.Document);
        if (whole.Fault is { } broken)
        {
            return broken;
        }

        if (!force && await Failed(whole.Value!, cancel) is { } failed)
        {
            return failed;
        }

        var channel =
            whole.Value! with { CreatedAt = known.Document.CreatedAt, UpdatedAt = Saying.Micros(time.GetUtcNow()) };
        return await channels.Replace(channel, known.Version, cancel) ? Secrets.Masked(channel)
            : Faults.ChannelChanged(name);
    }

    /// <summary>Null: deleted.</summary>
    internal async Task<Fault?> Delete(string name, CancellationToken cancel) =>
        await Known(name, cancel) is not { } known ? Faults.UnknownChannel(name)
        : await channels.Delete(name, known.Version, cancel) ? null
        : Faults.ChannelChanged(name);

    /// <summary>With the secrets that were sent back masked, and within the rules.</summary>
    private static Outcome<ChannelDefinition> Whole(ChannelDefinition given, ChannelDefinition? known)
    {
        if (!Secrets.TryUnmask(given, known, out var whole))
        {
            return Faults.SecretElsewhere();
        }

        return ChannelRules.Broken(whole) is { Count: > 0 } faults ? Faults.Channel(faults) : whole;
    }

    private async Task<Fault?> Failed(ChannelDefinition channel, CancellationToken cancel) =>
        await kinds.Test(channel, cancel) is { Ok: false } test ? Faults.TestFailed(channel.Name, test.Why) : null;

    private async Task<Versioned<ChannelDefinition>?> Known(string name, CancellationToken cancel) =>
        ChannelRules.IsName(name) ? await channels.Find(name, cancel) : null;
}
