using Holdfast.Heartbeat.Tokens;

namespace Holdfast.Heartbeat.Tests;

/// <summary>Which tokens a host may have.</summary>
public sealed class HostTokenRulesTests
{
    private static HostToken Token(string id) => new(id, $"digest of {id}", "somebody", DateTimeOffset.UnixEpoch);

    [Fact]
    public void A_host_s_token_speaks_for_that_host_alone()
    {
        var caller = HostTokenRules.CallerOf("h1");
        Assert.Null(HostTokenRules.WhyNot(caller, "h1", hostTokensOnly: true));
        Assert.Equal("HB-204", HostTokenRules.WhyNot(caller, "h2", hostTokensOnly: false)!.Code);
        Assert.Equal("HB-204", HostTokenRules.WhyNot(caller, "H1", hostTokensOnly: false)!.Code);
        Assert.Equal([Scopes.Report], caller.Scopes!);
    }

    [Fact]
    public void Another_token_speaks_for_any_host_unless_only_their_own_are_taken()
    {
        var caller = new Caller("token:ci", [Scopes.Report]);
        Assert.Null(HostTokenRules.WhyNot(caller, "h1", hostTokensOnly: false));
        Assert.Equal("HB-205", HostTokenRules.WhyNot(caller, "h1", hostTokensOnly: true)!.Code);
    }

    private static readonly DateTimeOffset Then = DateTimeOffset.UnixEpoch;

    private static HostTokensRow Enrollable(params HostToken[] tokens) => HostTokenRules.With(
        tokens.Length == 0 ? null : new HostTokensRow("h1", tokens, Then), "h1",
        new HostEnrolment("one-time", "somebody", Then, Then + Seconds(60)));

    private static HostToken Made(string digest, double after = 1) => new("x", digest, "host:h1", Then + Seconds(after));

    [Fact]
    public void A_one_time_token_is_spent_once_and_the_same_token_may_come_again()
    {
        var row = HostTokenRules.Enrolled(Enrollable(), "h1", "one-time", Made("first")).Value!;
        Assert.Equal(["first"], row.Tokens.Select(t => t.Digest));
        Assert.Same(row, HostTokenRules.Enrolled(row, "h1", "one-time", Made("first", 5)).Value);
        Assert.Equal("HB-207", HostTokenRules.Enrolled(row, "h1", "one-time", Made("second")).Fault!.Code);
        // One that was revoked since does not come back by asking again.
        var revoked = HostTokenRules.Without(row, "h1", "x", Then).Value;
        Assert.Equal("HB-207", HostTokenRules.Enrolled(revoked, "h1", "one-time", Made("first")).Fault!.Code);
    }

    [Fact]
    public void A_host_that_is_enrolled_anew_has_its_new_token_alone() => Assert.Equal(["first"],
        HostTokenRules.Enrolled(Enrollable(Token("a"), Token("b")), "h1", "one-time", Made("first")).Value!.Tokens.Select(t => t.Digest));

    [Theory]
    [InlineData("another", 1, "HB-206")]
    [InlineData("one-time", 59.9, null)]
    [InlineData("one-time", 60, "HB-208")]
    public void One_that_is_replaced_or_over_makes_nothing_known(string shown, double after, string? code) =>
        Assert.Equal(code, HostTokenRules.Enrolled(Enrollable(), "h1", shown, Made("first", after)).Fault?.Code);

    [Fact]
    public void One_that_was_not_spent_is_revoked_like_a_token()
    {
        var revoked = HostTokenRules.Without(Enrollable(Token("a")), "h1", HostEnrolment.Id, Then).Value!;
        Assert.Equal(["a"], revoked.Tokens.Select(t => t.Id));
        Assert.Equal("HB-206", HostTokenRules.Enrolled(revoked, "h1", "one-time", Made("first")).Fault!.Code);
        Assert.Equal("HB-406", HostTokenRules.Without(revoked, "h1", HostEnrolment.Id, Then).Fault!.Code);
    }

    [Fact]
    public void Two_tokens_are_the_most_and_one_that_is_revoked_makes_room()
    {
        var one = HostTokenRules.With(null, "h1", Token("a")).Value;
        var two = HostTokenRules.With(one, "h1", Token("b")).Value!;
        Assert.Equal(["a", "b"], two.Tokens.Select(t => t.Id));
        Assert.Equal("HB-405", HostTokenRules.With(two, "h1", Token("c")).Fault!.Code);
        Assert.Equal("HB-406", HostTokenRules.Without(two, "h1", "c", DateTimeOffset.UnixEpoch).Fault!.Code);
        var left = HostTokenRules.Without(two, "h1", "a", DateTimeOffset.UnixEpoch).Value;
        Assert.Equal(["b", "c"], HostTokenRules.With(left, "h1", Token("c")).Value!.Tokens.Select(t => t.Id));
    }
}
