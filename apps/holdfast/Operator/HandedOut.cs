using Holdfast.Platform.State;
using Holdfast.Platform.State.Archive;

namespace Holdfast.App.Operator;

/// <summary>
/// Epochs, numbers of Stores and versions of desired lists that were handed out after a backup was made. A state that is put back
/// must not hand them out again: hosts have run under them, and sinks have seen them. So what has got a higher epoch since gets one
/// higher still, and so does its host's list. Of the documents only the fields for that are read; pure.
/// </summary>
internal sealed class HandedOut
{
    private const string Components = "ha-scheduler.components";
    private const string Subtopics = "store-manager.subtopics";
    private const string Lists = "heartbeat.desired";

    private readonly Dictionary<string, long> _epochs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _restarts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _stores = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);

    /// <summary>Epochs that components of the state that is put back get, by their names on hosts.</summary>
    private readonly Dictionary<string, long> _raised = new(StringComparer.Ordinal);

    /// <summary>Number of components that have been placed or started since: their hosts may run them for as long as a lease.</summary>
    internal int Raised => _raised.Count;

    /// <summary>A document of the state that is there now.</summary>
    internal void See(ArchivedDocument now)
    {
        if (now.Collection is not (Components or Subtopics or Lists) || JsonNode.Parse(now.Json) is not JsonObject document)
        {
            return;
        }

        switch (now.Collection)
        {
            case Components:
                _epochs[now.Id] = Number(document, "epoch");
                break;
            case Lists:
                _versions[now.Id] = Number(document, "version");
                break;
            default:
                _stores[now.Id] = Number(document, "seq");
                foreach (var store in Objects(document, "stores"))
                {
                    _restarts[Text(store, "name")] = Number(store, "restarts");
                }

                break;
        }
    }

    /// <summary>All of the state that is put back, before any of it is given out by <see cref="Raise"/>: names lead to lists.</summary>
    internal void Compare(IEnumerable<ArchivedDocument> before)
    {
        foreach (var document in before.Where(d => d.Collection is Components or Subtopics))
        {
            RaiseOwn(document);
        }
    }

    /// <summary>The document as it may be put back.</summary>
    internal ArchivedDocument Raise(ArchivedDocument before) => before.Collection switch
    {
        Components or Subtopics => RaiseOwn(before),
        Lists => RaiseList(before),
        _ => before,
    };

    private ArchivedDocument RaiseOwn(ArchivedDocument before)
    {
        var document = (JsonObject)JsonNode.Parse(before.Json)!;
        if (before.Collection == Components)
        {
            if (_epochs.GetValueOrDefault(before.Id) is var now && now > Number(document, "epoch"))
            {
                document["epoch"] = now + 1;
                _raised[Text(document, "name")] = now + 1;
                return With(before, document);
            }

            return before;
        }

        document["seq"] = Math.Max(Number(document, "seq"), _stores.GetValueOrDefault(before.Id));
        foreach (var store in Objects(document, "stores"))
        {
            if (_restarts.GetValueOrDefault(Text(store, "name")) is var now && now > Number(store, "restarts"))
            {
                store["restarts"] = now + 1;
                _raised[Text(store, "name")] = Number(store, "seq") + now + 1;
            }
        }

        return With(before, document);
    }

    private ArchivedDocument RaiseList(ArchivedDocument before)
    {
        var document = (JsonObject)JsonNode.Parse(before.Json)!;
        var (version, now) = (Number(document, "version"), _versions.GetValueOrDefault(before.Id));
        var raised = Objects(document, "entries").Where(e => _raised.ContainsKey(Text(e, "name"))).ToList();
        foreach (var entry in raised)
        {
            entry["epoch"] = _raised[Text(entry, "name")];
            if (entry["component"] is JsonObject component)
            {
                component["epoch"] = _raised[Text(entry, "name")];
            }
        }

        if (raised.Count == 0 && now <= version)
        {
            return before;
        }

        document["version"] = Math.Max(version, now) + 1;
        return With(before, document);
    }

    private static ArchivedDocument With(ArchivedDocument before, JsonObject document) =>
        before with { Json = JsonSerializer.SerializeToUtf8Bytes(document, StateJson.Options) };

    private static IEnumerable<JsonObject> Objects(JsonObject document, string field) =>
        document[field] is JsonArray list ? list.OfType<JsonObject>() : [];

    private static long Number(JsonObject document, string field) => (long?)document[field] ?? 0;

    private static string Text(JsonObject document, string field) => (string?)document[field] ?? "";
}
