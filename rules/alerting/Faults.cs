namespace Holdfast.Rules.Alerting;

/// <summary>
/// Refusals of this service, and what to do about each. AL-3.. codes are reasons of deliveries, in Channels.
/// </summary>
internal static class Faults
{
    internal static Fault Query(IReadOnlyList<FieldFault> fields) =>
        Fault.Invalid("AL-101", "Correct the named parameters; leave one out for its default.", fields);

    internal static Fault Cursor(string cursor) =>
        Fault.Invalid("AL-102", "Ask for the first page again, without a cursor.",
            new FieldFault("cursor", Limits.Short(cursor), "must be the 'next' of the page before, with the same filters"));

    internal static Fault UnknownAlert(string id) =>
        Fault.NotFound("AL-103", "alert", id,
            "List the alerts with GET /api/v1/alerts; those of more than three months ago are deleted.");

    internal static Fault AlertChanged(string id) => new("AL-104", 409, "The alert was changed meanwhile",
        $"Alert '{id}' was triggered or resolved at this very moment.", "Ask again.");

    internal static Fault Thresholds(IReadOnlyList<FieldFault> fields) =>
        Fault.Invalid("AL-105", "Correct the named keys; nothing was changed.", fields);

    internal static Fault ThresholdsChanged(int from, int now) => new("AL-106", 409, "Changed meanwhile",
        $"The change was made from version {from} of alarm.thresholds, and version {now} holds.",
            "Read them again, then repeat the change.");

    internal static Fault Raised(IReadOnlyList<FieldFault> fields) =>
        Fault.Invalid("AL-107", "Correct the named alerts; none of the request was accepted.", fields);

    internal static Fault UnknownDelivery(string id) =>
        Fault.NotFound("AL-108", "delivery", id, "List them with GET /api/v1/alerts/{id}/deliveries.");

    internal static Fault NotDead(string id) => new("AL-109", 409, "It is not a dead letter",
        $"Delivery '{id}' is sent, still tried, or was withdrawn.", "Tell the whole alert again with POST /api/v1/alerts/{id}/resend.");

    internal static Fault NothingLeft(string id) => new("AL-110", 409, "It has nothing left to deliver",
        $"Since delivery '{id}' was given up, its alert has gone on: newer news of it was sent or is under way.",
            "Tell the alert as it is now with POST /api/v1/alerts/{id}/resend.");

    internal static Fault UnknownRunbook(string name) =>
        Fault.NotFound("AL-111", "event", name, $"There are {string.Join(", ", EventCatalog.Names)}.");

    internal static Fault Silence(IReadOnlyList<FieldFault> fields) =>
        Fault.Invalid("AL-121", "Correct the named fields; nothing was saved.", fields);

    internal static Fault UnknownSilence(string id) =>
        Fault.NotFound("AL-122", "silence", id, "List the silences with GET /api/v1/silences.");

    internal static Fault TooManySilences(int limit) => new("AL-123", 409, "There are too many silences",
        $"There may be {limit} at one time.", "End those that nobody needs, or make one with a wider matcher.");

    internal static Fault SilenceChanged(string id) => new("AL-124", 409, "The silence was changed meanwhile",
        $"Somebody else ended silence '{id}' at this very moment.", "Read it again.");

    internal static Fault Channel(IReadOnlyList<FieldFault> fields) =>
        Fault.Invalid("AL-201", "Correct the named fields; nothing was saved.", fields);

    internal static Fault NameTaken(string name) => new("AL-202", 409, "The name is taken",
        $"There is a channel '{name}' already.",
            "Choose another name, or change that channel with PUT /api/v1/channels/{name}.");

    internal static Fault UnknownChannel(string name) =>
        Fault.NotFound("AL-203", "channel", name, "List the channels with GET /api/v1/channels.");

    internal static Fault ChannelChanged(string name) => new("AL-204", 409, "The channel was changed meanwhile",
        $"Somebody else changed or deleted channel '{name}' at this very moment.",
            "Read it again, then repeat the change.");

    internal static Fault TestFailed(string name, string why) =>
        new("AL-205", 422, "The test message could not be sent",
        $"Channel '{name}' was not saved: {why}.", "Mend the cause, or save it all the same with ?force=true.");

    internal static Fault TooManyChannels(int limit) => new("AL-206", 409, "There are too many channels",
        $"There may be {limit} channels.", "Delete one that nobody needs.");

    internal static Fault ChannelInUse(string name, string why) => new("AL-208", 409, "The channel is in use",
        $"Channel '{name}' is {why}.", "Wait until it is not, or delete it all the same with ?force=true.");

    internal static Fault Fixed(IReadOnlyList<FieldFault> fields) =>
        Fault.Invalid("AL-209", "Make a new channel for the other receiver, then delete this one.", fields);

    internal static Fault SecretElsewhere() => new("AL-207", 400, "The secrets are needed again",
        "The definition holds '…' for a secret that is not known for this target.",
        "Give the secrets themselves: those of one receiver are never sent to another.");
}
