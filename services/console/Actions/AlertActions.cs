using Holdfast.ConsoleUi.Access;
using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Forms;
using Holdfast.ConsoleUi.Wording;

namespace Holdfast.ConsoleUi.Actions;

/// <summary>Acts on several alerts at once, and the warning that belongs to them.</summary>
internal static class AlertActions
{
    /// <summary>A silence has at most 100 entries: one event and its targets.</summary>
    private const int TargetsMax = 90;

    /// <summary>Alerts that are silenced are named up to here.</summary>
    private const int NamedMax = 3;

    /// <summary>One after the other; what was sent before a refusal stays sent.</summary>
    internal static FormAction Resend(
        Api api, Person person, Texts t, IReadOnlyList<AlertView> alerts, IReadOnlyDictionary<string, Silence> silences) => new(
        "Send again", On(alerts), "{0} is sent again to every matching channel, now.", async _ =>
        {
            foreach (var alert in alerts)
            {
                var sent = await api.Send(person, Role.Operator, "resend alert", alert.Id, HttpMethod.Post,
                    $"/api/v1/alerts/{Uri.EscapeDataString(alert.Id)}/resend");
                if (sent.Fault is { } fault)
                {
                    return fault;
                }
            }

            return null;
        })
    {
        Warning = Warning(t, alerts, silences),
    };

    /// <summary>Null: none of them is silenced.</summary>
    internal static string? Warning(Texts t, IReadOnlyList<AlertView> alerts, IReadOnlyDictionary<string, Silence> silences)
    {
        var silenced = alerts.Where(a => a.SilencedBy is not null).ToList();
        var by = silenced.Select(a => silences.GetValueOrDefault(a.SilencedBy!)).OfType<Silence>()
            .DistinctBy(s => s.Id, StringComparer.Ordinal).ToList();
        return silenced.Count == 0 ? null
            : t["Silenced among these: {0} ({1}). Sending again ignores the silence and goes to every matching channel.",
                silenced.Count, string.Join("; ", by.Take(NamedMax).Select(Says)) + (by.Count > NamedMax ? " …" : "")];

        string Says(Silence silence) =>
            t["silenced by {0} until {1}: {2}", silence.Owner, Iso.Seconds(silence.EndsAt), silence.Reason];
    }

    /// <summary>A silence of its own for each event, and for each ninety targets of it.</summary>
    internal static FormAction Silence(Api api, Person person, Texts t, IReadOnlyList<AlertView> alerts, DateTimeOffset now) => new(
        "Silence", On(alerts), "Alerts about {0} like this one are kept and shown, but not sent, until the silence ends.",
        async values =>
        {
            foreach (var matcher in Matchers(alerts))
            {
                var made = await api.Send(person, Role.Operator, "silence", On(alerts), HttpMethod.Post, "/api/v1/silences", new JsonObject
                {
                    ["matcher"] = matcher,
                    ["reason"] = values["reason"],
                    ["owner"] = values["owner"],
                    ["endsAt"] = FormValues.Moment(values["endsAt"]),
                });
                if (made.Fault is { } fault)
                {
                    return fault;
                }
            }

            return null;
        })
    {
        Fields = FleetActions.SilenceFields(person, now),
    };

    internal static IEnumerable<JsonObject> Matchers(IReadOnlyList<AlertView> alerts) =>
        from same in alerts.GroupBy(a => a.Event, StringComparer.Ordinal)
        from some in same.Select(a => a.Target).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Chunk(TargetsMax)
        select new JsonObject
        {
            ["events"] = new JsonArray((JsonNode)same.Key),
            ["targets"] = new JsonArray([.. some.Select(target => (JsonNode)target)]),
        };

    private static string On(IReadOnlyList<AlertView> alerts) =>
        alerts is [var one] ? one.Target : string.Create(CultureInfo.InvariantCulture, $"{alerts.Count} alerts");
}
