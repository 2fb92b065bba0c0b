using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>Properties of a subtopic's document.</summary>
public sealed class SubtopicDocumentTests
{
    [Theory]
    [InlineData(10, 20, true)]
    [InlineData(9, 20, false)]
    [InlineData(10, 21, false)]
    public void What_was_given_up_covers_a_gap_within_it(long from, long to, bool covers) =>
        Assert.Equal(covers, new GivenUp(10, 20).Covers(new Gap(from, to, [])));

    [Theory]
    [InlineData(20, 30, 10, 30)]
    [InlineData(21, 30, 10, 20)]
    [InlineData(5, 10, 5, 20)]
    [InlineData(5, 9, 10, 20)]
    [InlineData(12, 15, 10, 20)]
    public void Two_that_touch_are_one_and_of_two_apart_the_later_one_stays(long from, long to, long begin, long end) =>
        Assert.Equal(new GivenUp(begin, end), new GivenUp(10, 20).And(new GivenUp(from, to)));

    [Theory]
    [InlineData(true, DesiredState.Running, DesiredState.Stopped)]
    [InlineData(false, DesiredState.Running, DesiredState.Running)]
    [InlineData(true, DesiredState.Absent, DesiredState.Absent)]
    [InlineData(true, DesiredState.Stopped, DesiredState.Stopped)]
    public void One_that_is_held_back_is_told_to_stop_and_nothing_else(bool heldBack, DesiredState desired, DesiredState told) =>
        Assert.Equal(told, (Seen(Running).Store with { IsHeldBack = heldBack, Desired = desired }).Told);

    [Fact]
    public void A_start_anew_is_another_epoch_and_a_leaving_one_does_not_stand()
    {
        var document = View(Running, Leaving, Stopped).Document;
        Assert.Equal((2, 3L), (document.StoreCount, (document.Stores[0] with { Seq = 1, Restarts = 2 }).Epoch));
    }

    [Fact]
    public void A_proposal_is_open_until_it_is_approved_or_declined()
    {
        var asked = new Proposal("t", Now);
        Assert.Equal((true, false, false),
            (asked.IsOpen, asked.Approve("ann", Now).IsOpen, asked.Approve("ann", Now).Decline("bob", Now).IsOpen));
        Assert.Null(asked.Approve("ann", Now).Decline("bob", Now).Approval);
    }

    [Fact]
    public void A_Store_with_a_command_of_its_own_keeps_its_own_configuration_too()
    {
        var document = View(Running, Running).With(d => d with { Config = "{}" }).Document;
        var (plain, own) = (document.Stores[0], document.Stores[1] with { Command = ["mine"] });
        Assert.Equal(("store", "{}"), (document.CommandOf(plain)[0], document.ConfigOf(plain)));
        Assert.Equal(("mine", null), (document.CommandOf(own)[0], document.ConfigOf(own)));
        Assert.Equal(("store", "{}"), (document.AsItIs(plain) is var now ? (now.Command![0], now.Config) : default));
    }

    [Fact]
    public void Configurations_are_made_anew_where_there_are_any()
    {
        var document = View(Running, Running).Document;
        Assert.Same(document, document.WithConfigs(_ => "x"));
        var one = document with { Config = "a" };
        Assert.Equal(("xa", null), (one.WithConfigs(c => "x" + c) is var a ? (a.Config, a.Stores[0].Config) : default));
        var other = document with { Stores = [document.Stores[0], document.Stores[1] with { Config = "b" }] };
        Assert.Equal((null, null, "xb"), (other.WithConfigs(c => "x" + c) is var b
            ? (b.Config, b.Stores[0].Config, b.Stores[1].Config) : default));
    }

    /// <summary>As those were that an earlier version has written.</summary>
    [Fact]
    public void One_that_does_not_say_whether_it_is_shared_is() => Assert.True(View(Running).Document.Shared);
}
