using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>A subtopic's document after a step.</summary>
public sealed class StoreChangeTests
{
    private static readonly SubtopicDocument Document = View(Running).With(d => d with
    {
        Needs = [new RequiredPosition("t1", Clock(8, 0), IsMet: false)], Proposal = new Proposal("p", Now), OperatedAt = Now.AddHours(-1),
    }).Document;

    private static SubtopicDocument With(StoreOrigin origin) => StoreChange.WithStore(Document,
        new Create(Document, Clock(8, 0), origin, "") { Host = "h2", Idc = "n2" }, "10.0.0.2", Now);

    [Theory]
    [InlineData(nameof(StoreOrigin.Ha), true, true, false)]
    [InlineData(nameof(StoreOrigin.Drain), true, false, false)]
    [InlineData(nameof(StoreOrigin.Task), false, false, true)]
    [InlineData(nameof(StoreOrigin.Operator), false, false, false)]
    public void A_new_Store_is_an_operation_ends_a_proposal_and_meets_a_need_by_who_wants_it(
        string by, bool isOperation, bool endsProposal, bool meets)
    {
        var origin = Enum.Parse<StoreOrigin>(by);
        var after = With(origin);
        Assert.Equal((2, 2, "10.0.0.2-9000:mysql:0000000002"), (after.Seq, after.Stores.Count, after.Stores[1].Name));
        Assert.Equal(("h2", "n2", origin, Clock(8, 0), Now),
            (after.Stores[1].Host, after.Stores[1].Idc, after.Stores[1].Origin, after.Stores[1].StartTimestamp,
                after.Stores[1].PlacedAt));
        Assert.Equal(isOperation ? Now : Now.AddHours(-1), after.OperatedAt);
        Assert.Equal((endsProposal, meets), (after.Proposal is null, after.Needs[0].IsMet));
    }

    [Theory]
    [InlineData(Running, true)]
    [InlineData(Stopped, true)]
    [InlineData(Starting, false)]
    [InlineData(Unheard, false)]
    [InlineData(Abnormal, false)]
    public void A_failure_is_dated_once_and_forgotten_when_it_runs_or_is_stopped(StoreHealth standing, bool forgets)
    {
        var view = View(Abnormal);
        var failed = Settle(view, Now.AddMinutes(-1));
        Assert.Equal(Now.AddMinutes(-1), Assert.Single(failed.Stores).AbnormalSince);
        var seen = Seen(standing) with { Store = failed.Stores[0] };
        var after = Settle(view with { Document = failed, Stores = [seen] }, Now);
        Assert.Equal(forgets ? null : Now.AddMinutes(-1), Assert.Single(after.Stores).AbnormalSince);
        Assert.Equal(!forgets, ReferenceEquals(failed, after));
    }

    [Fact]
    public void What_nobody_needs_is_to_go_and_is_forgotten_once_its_host_knows_nothing_of_it()
    {
        var view = View(Running, Stopped).With(d => d with { Tasks = [] });
        var left = StoreChange.Settle(view, _ => true, Now);
        Assert.All(left.Stores, s => Assert.Equal((DesiredState.Absent, LeftBy.Task), (s.Desired, s.LeavesBy)));
        Assert.Equal(2, left.Stores.Count);
        var leaving = view with { Document = left, Stores = [.. view.Stores.Select((s, i) => s
            with { Store = left.Stores[i], Health = Leaving })] };
        Assert.Same(left, StoreChange.Settle(leaving, _ => false, Now));
        Assert.Equal(left.Stores[1], Assert.Single(StoreChange.Settle(leaving, s => s == left.Stores[0], Now).Stores));
    }

    [Fact]
    public void A_need_is_met_by_a_Store_that_reaches_so_far_back_and_stays_so()
    {
        var view = View(Running).With(d => d with { Needs = [new RequiredPosition("t1", Clock(9, 0), false),
            new RequiredPosition("t2", Clock(9, 0) - 1, false)] });
        var after = Settle(view, Now);
        Assert.Equal([true, false], after.Needs.Select(n => n.IsMet));
        Assert.Same(after, Settle(view with { Document = after }, Now));
        Assert.Same(view.Document, Settle(view with { AllMet = true }, Now));
    }

    [Fact]
    public void Of_a_deleted_host_its_Stores_go_once_and_what_a_person_gave_up_is_lost_as_well()
    {
        var document = View(Running, Running).With(d => d with { GivenUp = new GivenUp(1, 2) }).Document;
        var names = new HashSet<string> { document.Stores[0].Name };
        var after = StoreChange.Without(document, names)!;
        Assert.Equal([(DesiredState.Absent, true), (DesiredState.Running, false)], after.Stores.Select(s => (s.Desired, s.HostIsGone)));
        Assert.Equal((null, "its host was deleted"), (after.GivenUp, after.Stores[0].LeavesBecause));
        Assert.Null(StoreChange.Without(after, names));
        Assert.Null(StoreChange.Without(document, new HashSet<string>()));
    }

    [Fact]
    public void What_a_person_deletes_is_given_up_to_its_end_or_to_now()
    {
        var view = Of(Seen(Running, 1, Clock(8, 0), Clock(9, 0)), Seen(Running, 2, Clock(9, 30)) with { End = null });
        var one = StoreChange.Delete(view.Document, view.Stores[0], "ann", Now);
        Assert.Equal((new GivenUp(Clock(8, 0), Clock(9, 0)), DesiredState.Absent, DesiredState.Running),
            (one.GivenUp, one.Stores[0].Desired, one.Stores[1].Desired));
        Assert.Equal(new GivenUp(Clock(9, 30), Clock(10, 0)), StoreChange.Delete(view.Document, view.Stores[1], "ann", Now).GivenUp);
    }

    private static SubtopicDocument Settle(SubtopicView view, DateTimeOffset now) => StoreChange.Settle(view, _ => false, now);

    [Fact]
    public void A_failure_keeps_its_date_when_another_one_is_dated()
    {
        var (old, fresh) = (Seen(Abnormal), Seen(Abnormal, 2));
        old = old with { Store = old.Store with { AbnormalSince = Now.AddHours(-1) } };
        Assert.Equal([Now.AddHours(-1), Now], Settle(Of(old, fresh), Now).Stores.Select(s => s.AbnormalSince));
    }
}
