using Holdfast.Samples.Kafka;

namespace Holdfast.DataPlane.Tests.Kafka;

/// <summary>A task of the bank that writes into a Kafka cluster.</summary>
internal static class KafkaScene
{
    internal static DataProcess StartSync(Plant plant, Broker broker) =>
        plant.StartSync("t1", "", "bank", s => s["sink"] = Sink(broker, "bank"));

    internal static JsonObject Sink(Broker broker, string name) => new()
    {
        ["kind"] = "kafka",
        ["kafka"] = new JsonObject
        {
            ["servers"] = broker.Servers, ["name"] = name, ["partitions"] = 3, ["transactions"] = true, ["replicationFactor"] = 1,
            ["timeoutSeconds"] = 5,
        },
    };
}
