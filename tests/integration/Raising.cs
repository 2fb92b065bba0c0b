using RabbitMQ.Client;

namespace Holdfast.Integration.Tests;

/// <summary>Alerts raised as any outside system would: confirmed messages to the exchange of the contract.</summary>
internal static class Raising
{
    /// <summary>Confirmed by the broker when it returns.</summary>
    internal static async Task Raise(Uri broker, IEnumerable<string> targets, TimeSpan? pace = null)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        foreach (var target in targets)
        {
            var envelope = new JsonObject
            {
                ["messageId"] = Guid.NewGuid().ToString(), ["messageType"] = new JsonArray("urn:message:Holdfast.Contracts:AlertRaised"),
                ["message"] = Message(target),
            };
            var properties = new BasicProperties { ContentType = "application/vnd.masstransit+json", Persistent = true };
            await channel.BasicPublishAsync(
                "Holdfast.Contracts:AlertRaised", "", mandatory: true, properties, Encoding.UTF8.GetBytes(envelope.ToJsonString()));
            if (pace is { } wait)
            {
                await Task.Delay(wait, TimeProvider.System);
            }
        }
    }

    /// <summary>Deliveries to the receiver about these targets, by target.</summary>
    internal static List<IGrouping<string, Request>> Told(Receiver receiver, string prefix) =>
        [.. receiver.Heard.GroupBy(r => Subject(r.Body)).Where(g => g.Key.StartsWith(prefix, StringComparison.Ordinal))];

    /// <summary>
    /// Subject of a CloudEvent, whose texts here need no escapes: read without parsing, for there may be 100,000 of them.
    /// </summary>
    private static string Subject(string body)
    {
        const string before = "\"subject\":\"";
        var from = body.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return body[from..body.IndexOf('"', from)];
    }

    private static JsonObject Message(string target) => new()
    {
        ["id"] = $"oms_host_down:{target}:1", ["event"] = "oms_host_down", ["scope"] = "system", ["target"] = target, ["level"] = 2,
        ["condition"] = "firing", ["summary"] = "s", ["description"] = "d", ["region"] = "r",
        ["at"] = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
    };
}
