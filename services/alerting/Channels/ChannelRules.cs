using Holdfast.Platform.Http;

namespace Holdfast.Alerting.Channels;

/// <summary>
/// Rules for a channel's definition, whatever its kind; the kind has the rest. All broken rules are named at once.
/// </summary>
internal static class ChannelRules
{
    internal const int ChannelsMax = 200;

    /// <summary>Several replicas that add one at the same moment may pass the limit; none may be overlooked.</summary>
    internal const int ChannelsRead = 1000;

    private const int NameMax = 50;
    private const int FiltersMax = 64;

    internal static IReadOnlyList<FieldFault> Broken(ChannelDefinition channel)
    {
        var check = new RuleCheck();
        check.That(IsName(channel.Name), "name", RuleCheck.Short(channel.Name), $"must be 1 to {NameMax} letters, digits or underscores");
        Routing(check, channel);
        if (ChannelKinds.Find(channel.Kind) is null)
        {
            check.That(false, "kind", RuleCheck.Short(channel.Kind), $"must be one of {string.Join(", ", ChannelKinds.Names)}");
            return check.Faults;
        }

        var given = ChannelKinds.Of(channel.Settings);
        foreach (var kind in ChannelKinds.All)
        {
            var isGiven = kind == given || channel.Astray.Contains(kind.Name, StringComparer.Ordinal);
            check.That(channel.Kind == kind.Name == isGiven, kind.Name, isGiven ? "given" : null,
                $"must be given for kind {kind.Name}, and only for it");
        }

        if (given is not null)
        {
            var settings = check.Within(given.Name);
            settings.Fields(given.Fields, channel.Settings!);
            given.Check(channel.Settings!, settings);
        }

        return check.Faults;
    }

    /// <summary>Faults of the settings that have changed although they are fixed once saved.</summary>
    internal static IReadOnlyList<FieldFault> Moved(ChannelDefinition before, ChannelDefinition after)
    {
        if (ChannelKinds.Of(before.Settings) is not { } kind || ChannelKinds.Of(after.Settings) != kind)
        {
            return [];
        }

        var check = new RuleCheck().Within(kind.Name);
        foreach (var field in kind.Fields.Where(f => f.Fixed))
        {
            var (was, now) = (field.ValueOf(before.Settings!), field.ValueOf(after.Settings!));
            check.That(Equals(was, now), field.Name, now, $"is fixed once saved: '{was}'");
        }

        return check.Faults;
    }

    private static void Routing(RuleCheck check, ChannelDefinition channel)
    {
        check.That(channel.Scopes.All(s => s is "system" or "task"), "scopes",
            RuleCheck.Short(string.Join(',', channel.Scopes)), "must be system or task");
        check.That(channel.Levels.All(l => l is >= (int)AlertLevel.Stopped and <= (int)AlertLevel.Reminder),
            "levels", RuleCheck.Short(string.Join(',', channel.Levels)), "must be 1 to 5");
        check.That(channel.Scopes.Count <= FiltersMax && channel.Levels.Count <= FiltersMax && channel.Events.Count <= FiltersMax,
            "events", channel.Events.Count, $"must be at most {FiltersMax}, as must scopes and levels");
        foreach (var unknown in channel.Events.Take(FiltersMax).Where(e => !EventCatalog.Knows(e)))
        {
            check.That(false, "events", RuleCheck.Short(unknown), $"must be one of {string.Join(", ", EventCatalog.Names)}");
        }

        Names(check, "regions", channel.Regions);
        Names(check, "taskTags", channel.TaskTags);
        check.That(channel.Fallback is null || (IsName(channel.Fallback) && channel.Fallback != channel.Name), "fallback",
            RuleCheck.Short(channel.Fallback ?? ""), "must be the name of another channel");
        check.That(channel.MessagesPerMinute is null or (>= 1 and <= 60_000), "messagesPerMinute", channel.MessagesPerMinute,
            "must be 1 to 60000, or absent");
        check.That(channel.Concurrency is >= 1 and <= 256, "concurrency", channel.Concurrency, "must be 1 to 256");
    }

    private static void Names(RuleCheck check, string field, IReadOnlyList<string> names) =>
        check.That(names.Count <= FiltersMax && names.All(n => n.Length is > 0 and <= 256), field, names.Count,
            $"must be at most {FiltersMax} names of 1 to 256 characters");

    /// <summary>Paths of their own beside those of channels.</summary>
    private static readonly string[] Taken = ["health", "presets", "schema"];

    /// <summary>The further rule that a new channel's name breaks; a stored channel keeps the name it has. Null: it breaks none.</summary>
    internal static string? WhyNotNew(string name) => Taken.Contains(name, StringComparer.OrdinalIgnoreCase)
        ? $"must not be one of {string.Join(", ", Taken)}: these are paths of the API"
        : IsName(name) ? Ids.WhyNot(name, 2 * NameMax) : null;

    /// <summary>Letters of any script: in some of them a letter comes with marks of its own.</summary>
    internal static bool IsName(string name)
    {
        var runes = name.EnumerateRunes().ToList();
        return runes.Count is > 0 and <= NameMax
            && runes.TrueForAll(r => r.Value == '_' || Rune.IsLetterOrDigit(r) || IsMark(r)) && !IsMark(runes[0]);
    }

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
