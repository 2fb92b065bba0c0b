using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast quotas [set HOST]</c>: how much a host may carry, and the tags of what may go there.</summary>
internal static class QuotaCommands
{
    internal static Command Create()
    {
        var json = Asking.Json();
        var command = new Command("quotas", "List how many Stores and other components each host has, and may have.") { json, Set() };
        ListCommands.Shows(command, json, _ => Listing.Of<HostView>("quotas", "/api/v1/hosts?components=false",
            ["host", "stores", "stores at most", "others", "others at most", "tags"], host => [Row(host)]));
        return command;
    }

    private static JsonObject Row(HostView host) => new()
    {
        ["host"] = host.Host, ["stores"] = host.Stores, ["others"] = host.Placed, ["stores at most"] = host.Quotas?.Stores,
        ["others at most"] = host.Quotas?.Others, ["tags"] = host.Tags is { Count: > 0 } tags ? string.Join(", ", tags) : null,
    };

    private static Command Set()
    {
        var host = new Argument<string>("host") { Description = "Id of the host." };
        var stores = new Option<int?>("--stores") { Description = "How many Stores it may have." };
        var others = new Option<int?>("--others") { Description = "How many other components it may have." };
        var tags = new Option<string?>("--tags") { Description = "Its tags, all of them, with commas between them; '' for none." };
        var command = new Command("set", "Change a host's quotas and tags; what is not given stays.") { host, stores, others, tags };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(stores) is null && parsed.GetValue(others) is null && parsed.GetValue(tags) is null)
            {
                parsed.AddError("Give --stores, --others or --tags.");
            }
        });
        Order.Sends(command, parsed =>
        {
            var body = new JsonObject();
            if (parsed.GetValue(stores) is { } most)
            {
                TaskOptions.Part(body, "quotas")["stores"] = most;
            }

            if (parsed.GetValue(others) is { } rest)
            {
                TaskOptions.Part(body, "quotas")["others"] = rest;
            }

            if (parsed.GetValue(tags) is { } given)
            {
                body["tags"] = new JsonArray([.. given.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(t => (JsonNode)t)]);
            }

            return (HttpMethod.Patch, Ids.Path("/api/v1/hosts/", parsed.GetValue(host)!), body);
        }, parsed => $"{parsed.GetValue(host)} is changed; see: holdfast quotas");
        return command;
    }
}
