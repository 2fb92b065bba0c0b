namespace Holdfast.DataPlane.Tests;

/// <summary>A configuration that cannot be used ends the component at once, with the field, the value and the rule.</summary>
[Trait("Category", "process")]
public sealed class ConfigTests
{
    private const string Store = """{"store":{"source":{"kind":"sqlite","path":"a.db"},"subtopic":"shop"}}""";
    private const string Sync =
        """{"incrSync":{"api":"http://127.0.0.1:1","subtopic":"shop","sink":{"kind":"sqlite","path":"b.db"}}}""";

    [Theory]
    [InlineData("store", "keepHours", "0", "store.keepHours: 0")]
    [InlineData("store", "keepHours", "\"1\"", "keepHours")]
    [InlineData("store", "forgetConsumersHours", "0", "store.forgetConsumersHours: 0")]
    [InlineData("store", "quotaBytes", "1000", "store.quotaBytes: 1000")]
    [InlineData("store", "subtopic", "\"\"", "store.subtopic")]
    [InlineData("store", "tables", "[\"item\"]", "'item' is no pattern")]
    [InlineData("store", "tables", "[null]", "tables")]
    [InlineData("store", "surprise", "1", "surprise")]
    [InlineData("store", "source", "{\"kind\":\"oracle\"}", "'oracle'")]
    [InlineData("store", "source", "{\"kind\":\"sqlite\"}", "path")]
    [InlineData("store", "source", "{\"kind\":\"postgres\",\"host\":\"h\",\"database\":\"d\"}", "store.source.user")]
    [InlineData("store", "source", "{\"kind\":\"postgres\",\"host\":\"h\",\"database\":\"d\",\"user\":\"u\",\"port\":0}", "port: 0")]
    [InlineData("incrSync", "sink", "{\"kind\":\"postgres\",\"host\":\"h\",\"database\":\"d\",\"user\":\"u\",\"sslMode\":\"on\"}", "'on'")]
    [InlineData("incrSync", "sink", "{\"kind\":\"kafka\"}", "incrSync.sink.kafka: must be given")]
    [InlineData("incrSync", "sink", "{\"kind\":\"kafka\",\"kafka\":{\"name\":\"a\"}}", "servers")]
    [InlineData("incrSync", "sink", "{\"kind\":\"kafka\",\"port\":1,\"kafka\":{\"servers\":\"h\",\"name\":\"a\"}}", "not allowed for")]
    [InlineData("incrSync", "lanes", "0", "incrSync.lanes: 0")]
    [InlineData("incrSync", "lanes", "65", "incrSync.lanes: 65")]
    [InlineData("incrSync", "rowsPerSecond", "0", "incrSync.rowsPerSecond: 0")]
    [InlineData("incrSync", "bytesPerSecond", "-1.5", "incrSync.bytesPerSecond: -1.5")]
    [InlineData("incrSync", "api", "\"stores\"", "incrSync.api: 'stores'")]
    [InlineData("incrSync", "api", "\"ftp://host\"", "incrSync.api: 'ftp://host")]
    [InlineData("incrSync", "skipRows", "[\"x\"]", "'x' is no ticket")]
    public async Task A_field_that_breaks_a_rule_is_named(string part, string field, string value, string said)
    {
        await using var plant = new Plant();
        var config = JsonNode.Parse(part == "store" ? Store : Sync)!;
        config[part]![field] = JsonNode.Parse(value);
        plant.Configure("c1", config);
        await Ends(part == "store" ? plant.Start("store", "c1", "") : plant.Start("incr-sync", "c1", "t1"), "DP-502", said);
    }

    [Theory]
    [InlineData("format", "\"avro\"", "kafka.format: 'avro' must be one of debezium, cloudevents")]
    [InlineData("decimals", "\"exact\"", "kafka.decimals: 'exact'")]
    [InlineData("securityProtocol", "\"tls\"", "kafka.securityProtocol: 'tls'")]
    [InlineData("securityProtocol", "\"sasl_ssl\"", "kafka.saslMechanism: ''")]
    [InlineData("saslMechanism", "\"PLAIN\"", "is for the protocols sasl_plaintext and sasl_ssl")]
    [InlineData("compression", "\"rar\"", "kafka.compression: 'rar'")]
    [InlineData("partitions", "0", "kafka.partitions: 0")]
    [InlineData("messageBytesMax", "10", "kafka.messageBytesMax: 10")]
    [InlineData("routes", "[{\"match\":\"(\",\"topic\":\"t\"}]", "kafka.routes.match: '('")]
    [InlineData("routes", "[{\"match\":\"(?=a)\",\"topic\":\"t\"}]", "kafka.routes.match: '(?=a)'")]
    [InlineData("certificate", "\"/nowhere.pem\"", "is for the protocols ssl and sasl_ssl")]
    [InlineData("acks", "1", "acks")]
    public async Task A_field_of_Kafka_that_breaks_a_rule_is_named(string field, string value, string said)
    {
        await using var plant = new Plant();
        var config = JsonNode.Parse(Sync)!;
        var kafka = new JsonObject { ["servers"] = "127.0.0.1:1", ["name"] = "shop", [field] = JsonNode.Parse(value) };
        config["incrSync"]!["sink"] = new JsonObject { ["kind"] = "kafka", ["kafka"] = kafka };
        plant.Configure("c1", config);
        await Ends(plant.Start("incr-sync", "c1", "t1"), "DP-502", said);
    }

    [Fact]
    public async Task A_file_that_is_none_is_not_read()
    {
        await using var plant = new Plant();
        Directory.CreateDirectory(Path.Combine(plant.Folder("c1"), "config.json"));
        await Ends(plant.Start("store", "c1", ""), "DP-502", "a directory");
        Directory.CreateDirectory(plant.Folder("c2"));
        using (var made = Process.Start("mkfifo", [Path.Combine(plant.Folder("c2"), "config.json")]))
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await Ends(plant.Start("store", "c2", ""), "DP-502", "a FIFO");
        File.CreateSymbolicLink(Path.Combine(Directory.CreateDirectory(plant.Folder("c3")).FullName, "config.json"), "/dev/zero");
        await Ends(plant.Start("store", "c3", ""), "DP-502", "a device");
        Directory.CreateDirectory(plant.Folder("c4"));
        await Ends(plant.Start("store", "c4", ""), "DP-502", "config.json");
    }

    [Fact]
    public async Task An_Incr_Sync_without_a_task_is_refused()
    {
        await using var plant = new Plant();
        plant.Configure("c1", JsonNode.Parse(Sync)!);
        await Ends(plant.Start("incr-sync", "c1", ""), "DP-501", "HOLDFAST_TASK");
    }

    private static async Task Ends(DataProcess process, string code, string said)
    {
        await Plant.Ends(process, code);
        Assert.Contains(said, (string?)process.Status["error"], StringComparison.Ordinal);
    }
}
