using Holdfast.Platform.State;
using Holdfast.StoreManager.Api;
using WireTicket = Holdfast.StoreWire.StoreTicket;

namespace Holdfast.StoreManager.Tests;

/// <summary>Keys of Stores, and the tickets that are signed with them.</summary>
public sealed class StoreKeysTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly Life _one;
    private readonly Life _other;

    public StoreKeysTests()
    {
        _one = new Life(_directory.Location, _time);
        _other = new Life(_directory.Location, _time);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private StoreKeys Keys => _one.Get<StoreKeys>();

    private DateTimeOffset Now => _time.GetUtcNow();

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task All_replicas_agree_and_each_Store_has_a_key_of_its_own()
    {
        var (one, two) = (Keys, _other.Get<StoreKeys>());
        await Task.WhenAll(one.Load(Cancel), two.Load(Cancel));
        Assert.Equal(KeyOf(one, "st1"), KeyOf(two, "st1"));
        Assert.NotEqual(KeyOf(one, "st1"), KeyOf(one, "st2"));
        var ticket = one.Ticket("st1", "shop", "orders", Now)!;
        Assert.Null(WireTicket.Fault(KeyOf(two, "st1"), ticket, "st1", "shop", "orders", Now));
        Assert.NotNull(WireTicket.Fault(KeyOf(two, "st2"), ticket, "st1", "shop", "orders", Now));
        Assert.NotNull(WireTicket.Fault(KeyOf(two, "st1"), ticket, "st1", "shop", "orders", Now.AddSeconds(91)));
        var kept = (await _one.Get<IDocuments<StoreSecret>>().Find(StoreSecret.Only, Cancel))!.Value.Document;
        Assert.DoesNotContain(kept.Secret, $"{kept}", StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_secret_there_is_no_ticket_and_nothing_is_added()
    {
        var keys = Keys;
        Assert.Null(keys.Ticket("st1", "shop", "orders", Now));
        Assert.Equal("{}", keys.WithKey("{}", "st1"));
    }

    [Fact]
    public async Task A_configuration_gets_the_key_and_a_Store_without_one_gets_none()
    {
        var keys = Keys;
        await keys.Load(Cancel);
        Assert.Null(keys.WithKey(null, "st1"));
        foreach (var given in new[] { "{}", "{\"store\":{\"subtopic\":\"}\"}}", "{ \"a\" : 1 } " })
        {
            var added = JsonNode.Parse(keys.WithKey(given, "st1")!)!.AsObject();
            Assert.Equal(64, ((string)added["holdfast"]!["ticketKey"]!).Length);
            added.Remove("holdfast");
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(given), added));
        }
    }

    [Fact]
    public async Task A_consumer_that_says_its_task_gets_a_ticket_with_the_Store()
    {
        await Keys.Load(Cancel);
        var found = new ResolvedStore
        {
            Store = "st1", Subtopic = "shop", Host = "h1", Address = "10.0.0.7:9000", Endpoint = "0.0.0.0:4711", Epoch = 1, Begin = 0,
            HasPosition = true,
        };
        var answer = StoreQuestions.WithTicket(found, "orders", Keys, Now);
        Assert.Equal("10.0.0.7:4711", answer.Endpoint);
        Assert.Null(WireTicket.Fault(KeyOf(Keys, "st1"), answer.Ticket!, "st1", "shop", "orders", Now));
        Assert.Null(StoreQuestions.WithTicket(found, null, Keys, Now).Ticket);
        Assert.Null(StoreQuestions.WithTicket(found, "", Keys, Now).Ticket);
    }

    /// <summary>A Store that listens at all addresses is reached where its host is.</summary>
    [Theory]
    [InlineData("0.0.0.0:4711", "10.0.0.7", "10.0.0.7:4711")]
    [InlineData("0.0.0.0:4711", "10.0.0.7:9000", "10.0.0.7:4711")]
    [InlineData("[::]:4711", "10.0.0.7", "10.0.0.7:4711")]
    [InlineData("[::]:4711", "[fd00::7]:9000", "[fd00::7]:4711")]
    [InlineData("0.0.0.0:4711", "a.name", "0.0.0.0:4711")]
    [InlineData("0.0.0.0:4711", "", "0.0.0.0:4711")]
    [InlineData("127.0.0.1:4711", "10.0.0.7", "127.0.0.1:4711")]
    [InlineData("10.0.0.8:4711", "10.0.0.7", "10.0.0.8:4711")]
    [InlineData("somewhere", "10.0.0.7", "somewhere")]
    [InlineData(null, "10.0.0.7", null)]
    public void Where_a_Store_is_reached_follows_its_word_and_its_host(string? said, string host, string? reached) =>
        Assert.Equal(reached, Reached.At(said, host));

    private static byte[] KeyOf(StoreKeys keys, string store) =>
        Convert.FromHexString((string)JsonNode.Parse(keys.WithKey("{}", store)!)!["holdfast"]!["ticketKey"]!);
}
