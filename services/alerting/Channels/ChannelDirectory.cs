using Holdfast.Alerting.State;

namespace Holdfast.Alerting.Channels;

/// <summary>
/// The channels that people have defined. What leaves it is masked; what enters it keeps the rules and has been
/// tested.
/// </summary>
internal sealed class ChannelDirectory(
    IDocuments<ChannelDefinition> channels, IDocuments<Delivery> deliveries, ChannelKinds kinds, TimeProvider time)
{
    internal async Task<IReadOnlyList<ChannelDefinition>> All(CancellationToken cancel) =>
        [.. (await channels.Query(DocumentQuery<ChannelDefinition>.All.Take(ChannelRules.ChannelsRead), cancel))
            .Items.Select(c => Secrets.Masked(c.Document))];

    internal async Task<Outcome<ChannelDefinition>> Find(string name, CancellationToken cancel) =>
        await Known(name, cancel) is { } found ? Secrets.Masked(found.Document) : Faults.UnknownChannel(name);

    /// <summary>
    /// Channels that a filter names: defined ones, and deleted ones that left dead letters. None: all of them are meant.
    /// </summary>
    internal async Task<Outcome<IReadOnlyList<string>>> Named(string[]? given, CancellationToken cancel)
    {
        List<string> wanted = [.. (given ?? []).Where(g => g.Length > 0).Distinct(StringComparer.Ordinal).Take(ChannelRules.ChannelsMax)];
        var defined = wanted.Count == 0 ? [] : (await All(cancel)).Select(c => c.Name).ToList();
        foreach (var name in wanted.Except(defined, StringComparer.Ordinal))
        {
            if ((await deliveries.Query(DeliveryStore.DeadLetters([name]).Take(1), cancel)).Items.Count == 0)
            {
                return Faults.Query([new FieldFault("channel", Limits.Short(name),
                    $"must be one of {(defined.Count == 0 ? "the channels, and there are none" : string.Join(", ", defined))}")]);
            }
        }

        return wanted;
    }

    internal async Task<Outcome<ChannelTest>> Test(ChannelDefinition given, CancellationToken cancel)
    {
        var whole = Whole(given, (await Known(given.Name, cancel))?.Document);
        return (whole.Fault ?? Files(whole.Value!)) is { } fault ? fault : await kinds.Test(whole.Value!, cancel);
    }

    internal async Task<Outcome<ChannelTest>> TestSaved(string name, CancellationToken cancel) =>
        await Known(name, cancel) is { } known ? await kinds.Test(known.Document, cancel) : Faults.UnknownChannel(name);

    internal async Task<Outcome<ChannelDefinition>> Create(ChannelDefinition given, bool force,
        CancellationToken cancel)
    {
        var whole = Whole(given, null);
        if (whole.Fault is { } broken)
        {
            return broken;
        }

        if (ChannelRules.WhyNotNew(given.Name) is { } rule)
        {
            return Faults.Channel([new FieldFault("name", Limits.Short(given.Name), rule)]);
        }

        if (await Known(given.Name, cancel) is not null)
        {
            return Faults.NameTaken(given.Name);
        }

        if (await Unknown(whole.Value!, cancel) is { } nowhere)
        {
            return nowhere;
        }

        if (await channels.Count(DocumentQuery<ChannelDefinition>.All, cancel) >= ChannelRules.ChannelsMax)
        {
            return Faults.TooManyChannels(ChannelRules.ChannelsMax);
        }

        if (!force && (Files(whole.Value!) ?? await Failed(whole.Value!, cancel)) is { } failed)
        {
            return failed;
        }

        var now = AlertNormalizer.Micros(time.GetUtcNow());
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

        if (ChannelRules.Moved(known.Document, whole.Value!) is { Count: > 0 } moved)
        {
            return Faults.Fixed(moved);
        }

        if (await Unknown(whole.Value!, cancel) is { } nowhere)
        {
            return nowhere;
        }

        if (!force && (Files(whole.Value!) ?? await Failed(whole.Value!, cancel)) is { } failed)
        {
            return failed;
        }

        var channel =
            whole.Value! with { CreatedAt = known.Document.CreatedAt, UpdatedAt = AlertNormalizer.Micros(time.GetUtcNow()) };
        return await channels.Replace(channel, known.Version, cancel) ? Secrets.Masked(channel)
            : Faults.ChannelChanged(name);
    }

    /// <summary>On or off, without a test and without its secrets: for scripts, and for the middle of the night.</summary>
    internal async Task<Outcome<ChannelDefinition>> Switch(string name, bool enabled, CancellationToken cancel)
    {
        if (await Known(name, cancel) is not { } known)
        {
            return Faults.UnknownChannel(name);
        }

        var channel = known.Document with { Enabled = enabled, UpdatedAt = AlertNormalizer.Micros(time.GetUtcNow()) };
        return await channels.Replace(channel, known.Version, cancel) ? Secrets.Masked(channel) : Faults.ChannelChanged(name);
    }

    /// <summary>Null: deleted.</summary>
    /// <param name="force">Although something waits for it, or for which it stands in.</param>
    internal async Task<Fault?> Delete(string name, bool force, CancellationToken cancel) =>
        await Known(name, cancel) is not { } known ? Faults.UnknownChannel(name)
        : !force && await Use(name, cancel) is { } use ? Faults.ChannelInUse(name, use)
        : await channels.Delete(name, known.Version, cancel) ? null
        : Faults.ChannelChanged(name);

    /// <summary>Finds a use that the channel still has; null: it has none.</summary>
    private async Task<string?> Use(string name, CancellationToken cancel)
    {
        var others = await channels.Query(DocumentQuery<ChannelDefinition>.All.Take(ChannelRules.ChannelsRead), cancel);
        if (others.Items.Select(c => c.Document).FirstOrDefault(c => c.Fallback == name) is { } other)
        {
            return $"the fallback of channel '{other.Name}'";
        }

        var waiting = await deliveries.Count(
            DocumentQuery<Delivery>.All.Where(d => d.Channel, Match.Equal, name)
                .Where(d => d.NextAttempt, Match.Greater, DateTimeOffset.UnixEpoch), cancel);
        return waiting == 0 ? null : $"to take {waiting} deliveries that are not sent yet";
    }

    /// <summary>A fallback must be there.</summary>
    private async Task<Fault?> Unknown(ChannelDefinition channel, CancellationToken cancel) =>
        channel.Fallback is { } fallback && await Known(fallback, cancel) is null
            ? Faults.Channel([new FieldFault("fallback", fallback, "must be the name of a channel that there is")])
            : null;

    /// <summary>With the secrets that were sent back masked, and within the rules.</summary>
    private static Outcome<ChannelDefinition> Whole(ChannelDefinition given, ChannelDefinition? known)
    {
        if (!Secrets.TryUnmask(given, known, out var whole))
        {
            return Faults.SecretElsewhere();
        }

        return ChannelRules.Broken(whole) is { Count: > 0 } faults ? Faults.Channel(faults) : whole;
    }

    /// <summary>Of files that cannot be used here; another replica may have others.</summary>
    private Fault? Files(ChannelDefinition channel) =>
        ChannelKinds.Of(channel.Settings)?.Unusable(channel.Settings!, time) is { Count: > 0 } faults ? Faults.Channel(faults) : null;

    private async Task<Fault?> Failed(ChannelDefinition channel, CancellationToken cancel) =>
        await kinds.Test(channel, cancel) is { Ok: false } test ? Faults.TestFailed(channel.Name, test.Why) : null;

    private async Task<Versioned<ChannelDefinition>?> Known(string name, CancellationToken cancel) =>
        ChannelRules.IsName(name) ? await channels.Find(name, cancel) : null;
}
