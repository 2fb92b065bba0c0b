using System.Security.Cryptography;

namespace Holdfast.DataPlane.Tests;

/// <summary>127.0.0.2 and 127.0.0.3 stand for two hosts: all but 127.0.0.1 counts as the network.</summary>
[Trait("Category", "process")]
public sealed class TwoHostsTests
{
    private const string Items = "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT)";
    private const string First = "127.0.0.2";
    private const string Second = "127.0.0.3";

    private readonly string _key = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public async Task Stores_and_their_readers_on_other_hosts_speak_tls_and_show_tickets()
    {
        await using var plant = new Plant { TicketKeys = { ["st1"] = _key, ["st2"] = _key } };
        using var authority = new Authority(plant.Folder(""), "fleet");
        plant.Create("shop.db", Items);
        plant.Create("sink.db", Items);
        plant.UpstreamOf["shop"] = "st1";
        var up = plant.StartStore("st1", "shop.db", "shop", c => Listens(c, First, authority), own: Own());
        await Plant.Serves(up);
        var down = plant.StartStore("st2", "none", "shop", c =>
        {
            Listens(c, Second, authority);
            c["source"] = new JsonObject { ["kind"] = "relay", ["api"] = plant.Api };
        }, own: Own());
        await Plant.Serves(down);
        var sync = plant.StartSync("t1", "sink.db", "shop", c => c["authorities"] = authority.File);
        plant.Run("shop.db", "INSERT INTO item VALUES(1, 'over two hosts')");
        await plant.Has("sink.db", "SELECT * FROM item", "1|over two hosts");
        Assert.StartsWith(First, (string)up.Status["endpoint"]!, StringComparison.Ordinal);
        Assert.StartsWith(Second, (string)down.Status["endpoint"]!, StringComparison.Ordinal);
        foreach (var said in new[] { up.Output, down.Output, sync.Output, up.Status.ToJsonString(), down.Status.ToJsonString() })
        {
            Assert.DoesNotContain(_key, said, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task A_certificate_that_is_replaced_is_shown_from_then_on()
    {
        await using var plant = new Plant { TicketKeys = { ["st1"] = _key } };
        using var authority = new Authority(plant.Folder(""), "fleet");
        using var next = new Authority(plant.Folder(""), "next");
        plant.Create("shop.db", Items);
        plant.Create("sink.db", Items);
        var store = plant.StartStore("st1", "shop.db", "shop", c => Listens(c, First, authority), own: Own());
        await Plant.Serves(store);
        var sync = plant.StartSync("t1", "sink.db", "shop", c => c["authorities"] = next.File);
        await Plant.Says(sync, "DP-310 ");
        Assert.Contains("PF-213", (string)sync.Status["error"]!, StringComparison.Ordinal);
        next.Issue(First, [First]);
        plant.Run("shop.db", "INSERT INTO item VALUES(1, 'new certificate')");
        await plant.Has("sink.db", "SELECT * FROM item", "1|new certificate");
    }

    [Fact]
    public async Task Whoever_has_no_ticket_or_no_authority_waits_and_says_why()
    {
        await using var plant = new Plant();
        using var authority = new Authority(plant.Folder(""), "fleet");
        plant.Create("shop.db", Items);
        plant.Create("sink.db", Items);
        await Plant.Serves(plant.StartStore("st1", "shop.db", "shop", c => Listens(c, First, authority), own: Own()));
        await Plant.Says(plant.StartSync("t1", "sink.db", "shop", Believing), "DP-302");
        await Plant.Says(plant.StartSync("t2", "sink.db", "shop"), "DP-342");
        plant.TicketKeys["st1"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        await Plant.Says(plant.StartSync("t3", "sink.db", "shop", Believing), "DP-302");

        void Believing(JsonObject sync) => sync["authorities"] = authority.File;
    }

    [Fact]
    public async Task A_Store_that_anybody_could_read_does_not_start()
    {
        await using var plant = new Plant();
        using var authority = new Authority(plant.Folder(""), "fleet");
        plant.Create("shop.db", Items);
        await Plant.Ends(plant.StartStore("st1", "shop.db", "shop", c => c["listen"] = First, own: Own()), "DP-340");
        await Plant.Ends(plant.StartStore("st1", "shop.db", "shop", c => c["listen"] = "0.0.0.0:0", own: Own()), "DP-340");
        await Plant.Ends(plant.StartStore("st1", "shop.db", "shop", c => Listens(c, First, authority)), "DP-340");
        await Plant.Ends(plant.StartStore("st1", "shop.db", "shop", c => Listens(c, First, authority),
            own: new JsonObject { ["ticketKey"] = "0011" }), "DP-340");
        await Plant.Ends(plant.StartStore("st1", "shop.db", "shop", c => c["listen"] = "here"), "DP-502");
        await Plant.Ends(plant.StartStore("st1", "shop.db", "shop", c =>
            c["tls"] = new JsonObject { ["certificate"] = plant.Folder("none.crt"), ["key"] = plant.Folder("none.key") }), "DP-341");
    }

    private JsonObject Own() => new() { ["ticketKey"] = _key };

    private static void Listens(JsonObject store, string address, Authority authority)
    {
        var (certificate, key) = authority.Issue(address, [address]);
        store["listen"] = address;
        store["tls"] = new JsonObject { ["certificate"] = certificate, ["key"] = key };
        store["authorities"] = authority.File;
    }
}
