using MassTransit;

namespace Holdfast.Heartbeat.Tests;

/// <summary>Heartbeat keeps nothing of a deleted host that its id could come back to.</summary>
[Trait("Category", "slow")]
public sealed class HostDeletionTests : RunningService
{
    private readonly BusHistory _history = new();

    private HostRegistry Hosts => App.Services.GetRequiredService<HostRegistry>();

    private DateTimeOffset At { get; } = HostChange.Micros(TimeProvider.System.GetUtcNow().AddMinutes(1));

    private async Task Publish(object message)
    {
        if (message is ComponentPlaced placed)
        {
            Assert.True(await Register(placed));
        }

        await App.Services.GetRequiredService<IBus>().Publish(message, Limit.Token);
    }

    private async Task Forget(long incarnation, long sequence, DateTimeOffset? later = null)
    {
        var at = later ?? At;
        App.Services.GetRequiredService<IBusControl>().ConnectPublishObserver(_history);
        while (!IsAnswered())
        {
            // As the scheduler does, until it is answered: a deletion that could not be written is not tried again by itself.
            await Publish(new HostForgotten
            {
                Host = "h1", Region = "cn-hz", Incarnation = incarnation, Sequence = sequence, Stores = [], At = at,
            });
            var said = TimeProvider.System.GetTimestamp();
            await Until(() => IsAnswered() || TimeProvider.System.GetElapsedTime(said) > Seconds(5));
        }

        bool IsAnswered() => _history.Batches.Any(b => b.Registrations?.Any(r => r.Host == "h1" && r.ForgottenAt == at) == true);
    }

    private async Task Placed()
    {
        await Publish(Some.Placed("c1", command: ["run"]));
        await Until(() => App.Services.GetRequiredService<DesiredComponents>().Find("h1")?.Components.Count == 1);
    }

    [Fact]
    public async Task A_deleted_host_is_a_new_one_when_it_comes_back_and_gets_nothing_of_what_was()
    {
        await Hear(Report(incarnation: 5, sequence: 9));
        await Placed();
        await Http.PatchAsJsonAsync("/api/v1/hosts/h1", new { quotas = new { stores = 1 }, tags = new[] { "ssd" }, drain = true });
        await Http.PostAsync(new Uri("/api/v1/hosts/h1/tokens", UriKind.Relative), null);
        await Forget(5, 9);
        Assert.Null(Hosts.Find("h1"));
        using var unknown = await Http.PatchAsJsonAsync("/api/v1/hosts/h1", new { drain = true });
        Assert.Equal("HB-401", await Code(unknown));
        var tokens = await Http.GetFromJsonAsync<JsonElement>("/api/v1/hosts/h1/tokens", Limit.Token);
        Assert.Equal(0, tokens.GetProperty("items").GetArrayLength());

        // Another machine under that id, whose clock is behind.
        Assert.True((await Hear(Report(incarnation: 1, sequence: 1, address: "10.0.0.2"))).Applied);
        Admit(6, 1);
        var reply = await Hear(Report(incarnation: 1, sequence: 2, address: "10.0.0.2"));
        Assert.Empty(reply.Components!);
        Assert.Equal((Quotas.Unset, 0, null), (Hosts.Registration("h1")!.Quotas, Hosts.Registration("h1")!.Tags.Count,
            Hosts.Registration("h1")!.Drain));
    }

    [Fact]
    public async Task A_word_that_was_still_on_its_way_brings_nothing_back()
    {
        await Hear(Report(incarnation: 5, sequence: 9));
        await Placed();
        await Forget(5, 9);
        await Publish(Some.Placed("c1", epoch: 1, revision: 7, command: ["run"]));
        await Publish(Some.Placed("c2", command: ["run"]));
        await Until(() => App.Services.GetRequiredService<DesiredComponents>().Find("h1")?.Components.Any(c => c.Name == "c2") == true);
        Assert.DoesNotContain(App.Services.GetRequiredService<DesiredComponents>().Find("h1")!.Components, c => c.Name == "c1");
    }

    [Fact]
    public async Task One_that_has_reported_since_keeps_its_incarnation_and_loses_the_rest()
    {
        await Hear(Report(incarnation: 5, sequence: 9));
        await Placed();
        await Hear(Report(incarnation: 5, sequence: 12));
        await Forget(5, 9);
        using var older = await Post(Report(incarnation: 4, sequence: 1));
        Assert.Equal((HttpStatusCode.Conflict, "HB-203"), (older.StatusCode, await Code(older)));
        Assert.Empty(App.Services.GetRequiredService<DesiredComponents>().Find("h1")!.Components);
    }

    /// <summary>
    /// Deleted while its supervisor reports, before or after the last report that the scheduler had heard; "nothing was ever placed" is a
    /// list, too.
    /// </summary>
    [Theory]
    [InlineData(11, true)]
    [InlineData(12, true)]
    [InlineData(11, false)]
    [InlineData(12, false)]
    public async Task One_that_goes_on_with_its_list_gives_it_up_and_must_be_admitted_anew(long heard, bool hadPlacements)
    {
        await Hear(Report(incarnation: 5, sequence: 9));
        Admit(5, 9);
        if (hadPlacements)
        {
            await Placed();
        }

        var held = (await Hear(Report(incarnation: 5, sequence: 10))).DesiredVersion;
        Assert.True(held > 0);
        await Hear(Report(incarnation: 5, sequence: 12) with { DesiredVersion = held });
        await Forget(5, heard);
        await Publish(Some.Placed("c2", command: ["run"]));
        var desired = App.Services.GetRequiredService<DesiredComponents>();
        await Until(() => desired.Find("h1")?.Components.Any(c => c.Name == "c2") == true);

        // The reply is not held: the list is to go now.
        var intake = App.Services.GetRequiredService<ReportIntake>();
        var back = intake.Hear(Report(incarnation: 5, sequence: 13) with { DesiredVersion = held });
        var reply = App.Services.GetRequiredService<Replies>().BeginHold(back, Seconds(10)).AtOnce;
        Assert.NotNull(reply);
        Assert.Equal(0, reply.DesiredVersion);
        Assert.Empty(reply.Components!);
        Admit(5, 13);
        Assert.Empty((await Hear(Report(incarnation: 5, sequence: 14))).Components!);
        Admit(5, 14);
        reply = await Hear(Report(incarnation: 5, sequence: 15));
        Assert.Equal("c2", Assert.Single(reply.Components!).Name);
        Assert.Null((await Hear(Report(incarnation: 5, sequence: 16) with { DesiredVersion = reply.DesiredVersion })).Components);
    }

    [Fact]
    public async Task A_list_from_before_is_none_after_a_restart_of_heartbeat_either()
    {
        await Hear(Report(incarnation: 5, sequence: 9));
        Admit(5, 9);
        await Placed();
        var held = (await Hear(Report(incarnation: 5, sequence: 10))).DesiredVersion;
        await Forget(5, 10);
        await Stop();
        await Start();
        await Publish(Some.Placed("c2", command: ["run"]));
        await Until(() => App.Services.GetRequiredService<DesiredComponents>().Find("h1")?.Components.Any(c => c.Name == "c2") == true);
        var reply = await Hear(Report(incarnation: 5, sequence: 11) with { DesiredVersion = held });
        Assert.Equal((0, 0), (reply.DesiredVersion, reply.Components!.Count));
    }

    [Fact]
    public async Task A_deleted_life_that_goes_on_keeps_its_number_at_every_collector_and_another_one_is_above_it()
    {
        await Hear(Report(incarnation: 5, sequence: 9));
        Learned(number: 9, name: 5);
        await Forget(9, 9);
        await Hear(Report(incarnation: 5, sequence: 10));
        Assert.Equal((9, 5), Known());
        await Forget(9, 10, At.AddSeconds(1));
        await Stop();
        await Start();
        await Hear(Report(incarnation: 5, sequence: 11));
        Assert.Equal((9, 5), Known());
        await Forget(9, 11, At.AddSeconds(2));
        await Hear(Report(incarnation: 4, sequence: 1));
        Assert.Equal((10, 4), Known());
        await Forget(10, 1, At.AddSeconds(3));
        await Hear(Report(incarnation: 11, sequence: 1));
        Assert.Equal((11, 11), Known());

        (long Number, long Name) Known() => (Hosts.Find("h1")!.Known.Incarnation, Hosts.Find("h1")!.Known.Name);
    }

    [Fact]
    public async Task Whoever_heard_it_before_it_knew_of_the_number_numbers_it_anew()
    {
        await Hear(Report(incarnation: 5, sequence: 9));
        Hosts.Remember("h1", new PastLife(9, 5));
        await Hear(Report(incarnation: 5, sequence: 10));
        Assert.Equal(9, Hosts.Find("h1")!.Known.Incarnation);
        Hosts.Remember("h1", new PastLife(9, 5));
        Assert.Equal(10, Hosts.Find("h1")!.Known.Sequence);
    }

    private void Learned(long number, long name) => Hosts.Find("h1")!.Learn(
        new HostRow("h1", number, 9, "cn-hz", "a", "10.0.0.1", "another", default) { Claimed = name },
        TimeSpan.Zero, TimeSpan.FromSeconds(9));

    [Theory]
    [InlineData(8, false)]
    [InlineData(9, true)]
    [InlineData(10, true)]
    public void No_row_of_a_life_before_the_deletion_counts(long number, bool counts)
    {
        var hosts = new HostRegistry();
        hosts.Remember("h1", new PastLife(9, 5));
        hosts.Learn(new HostRow("h1", number, 1, "r", "i", "a", "c", default), default, default);
        Assert.Equal(counts, hosts.Find("h1") is not null);
    }

    [Fact]
    public async Task It_stays_forgotten_over_a_restart_and_a_second_word_takes_nothing_of_the_next_life()
    {
        await Hear(Report(incarnation: 5, sequence: 9));
        await Forget(5, 9);
        await Stop();
        await Start();
        Assert.Null(Hosts.Find("h1"));
        await Hear(Report(incarnation: 6, sequence: 1));
        await Http.PatchAsJsonAsync("/api/v1/hosts/h1", new { tags = new[] { "ssd" } });
        await Placed();
        _history.Batches.Clear();
        await Forget(5, 9);
        Assert.Equal(["ssd"], Hosts.Registration("h1")!.Tags);
        Assert.Single(App.Services.GetRequiredService<DesiredComponents>().Find("h1")!.Components);
        Assert.NotNull(Hosts.Find("h1"));
    }

    [Fact]
    public void An_emptied_list_remembers_what_stood_there_and_has_the_data_of_its_Stores_deleted()
    {
        var store = Some.Placed("s1") with { Kind = ComponentKind.Store };
        var row = DesiredList.Place(null, [Some.Placed("c1"), store], new Writing("c", default), null)!;
        var empty = DesiredList.Emptied("h1", row, new Writing("c", default));
        Assert.Equal(row.Version + 1, empty.Version);
        Assert.Empty(DesiredList.News(empty, [Some.Placed("c1", epoch: 1, revision: 99)]));
        Assert.Single(DesiredList.News(empty, [Some.Placed("c1", epoch: 2)]));
        var told = Assert.Single(DesiredHost.Of(empty).Components);
        Assert.Equal(("s1", DesiredState.Absent), (told.Name, told.Desired));
    }

    [Fact]
    public void An_emptied_list_says_so_for_good_and_is_there_even_if_there_was_none()
    {
        var empty = DesiredList.Emptied("h1", null, new Writing("c", default));
        Assert.Equal((DesiredList.NothingVersion + 1, DesiredList.NothingVersion + 1), (empty.Version, empty.EmptiedIn));
        var later = DesiredList.Place(empty, [Some.Placed("c1")], new Writing("d", default), null)!;
        Assert.Equal((empty.Version + 1, empty.EmptiedIn), (later.Version, later.EmptiedIn));
    }
}
