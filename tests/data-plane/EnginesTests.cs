using Holdfast.Data.Config;
using Holdfast.Data.Databases;
using Holdfast.Engine.Statements;
using Holdfast.Engine.Transactions;

namespace Holdfast.DataPlane.Tests;

/// <summary>The kinds of databases, and what each of them can be.</summary>
public sealed class EnginesTests
{
    private const string Relay = "relay";

    public static TheoryData<string> Kinds => [.. Engines.All.Select(e => e.Kind), Relay, "oracle"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_kind_that_cannot_be_what_it_is_to_be_is_refused_with_the_kinds_that_can(string kind)
    {
        var database = new DatabaseConfig { Kind = kind };
        var cancel = TestContext.Current.CancellationToken;
        Says(kind, [.. Able(e => e.Source), Relay], Refusal(() => new Engines().Source(
            new StoreConfig { Source = database, Subtopic = "shop" }, "log", StreamFilter.None, null!)));
        Says(kind, Able(e => e.Position), Refusal(() => Engines.Position(database, TimeProvider.System)));
        Says(kind, Able(e => e.Catalog), Refusal(() => Engines.Catalog(database, "f", TimeProvider.System)));
        Says(kind, Able(e => e.Sink), await Assert.ThrowsAsync<ConfigException>(
            () => new Engines().Sink(database, TimeProvider.System, cancel)));
        Says(kind, Able(e => e.Compared), await Assert.ThrowsAsync<ConfigException>(() => Engines.Compared(database, "f", cancel)));
    }

    [Fact]
    public void Kafka_is_a_sink_only_and_a_relay_a_source_only()
    {
        Assert.Equal(["mysql", "postgres", "sqlite"], Able(e => e.Source));
        Assert.Contains("kafka", Able(e => e.Sink));
        Assert.DoesNotContain(Relay, Able(e => e.Sink));
    }

    [Fact]
    public void An_engine_has_one_name_and_whose_statements_are_translated_has_a_dialect()
    {
        Assert.Equal(Able(e => e.Kind).Distinct(), Able(e => e.Kind));
        Assert.NotEmpty(Engines.Columns);
        Assert.All(Engines.Columns.Keys, kind => Assert.Equal(kind, Dialect.Of(kind, 0)!.Engine));
    }

    private static List<string> Able(Func<DatabaseEngine, object?> part) =>
        [.. Engines.All.Where(e => part(e) is not null).Select(e => e.Kind)];

    private static ConfigException Refusal(Action open) => Assert.Throws<ConfigException>(open);

    /// <summary>Nothing but the kind is given: one that can be it asks for the rest.</summary>
    private static void Says(string kind, IEnumerable<string> able, ConfigException refusal)
    {
        var all = able.Order(StringComparer.Ordinal).ToList();
        var wanted = $".kind: '{kind}' must be one of {string.Join(", ", all)}.";
        Assert.Equal(!all.Contains(kind), refusal.Message.EndsWith(wanted, StringComparison.Ordinal));
        Assert.StartsWith("DP-502 ", refusal.Message, StringComparison.Ordinal);
    }
}
