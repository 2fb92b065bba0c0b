namespace Holdfast.Heartbeat.Tests;

/// <summary>When a host without a list may have one (docs/decisions/0001).</summary>
public sealed class HostEntryTests
{
    private readonly HostEntry _entry = new("h1", Known.Nobody);

    private bool IsWithheld(long sequence, double now, long version = 0)
    {
        var report = Report(1, sequence) with { DesiredVersion = version };
        _entry.Hear(report, new Circumstances(Seconds(now), Peers: false, Fresh: true), Some.Terms, out _);
        return _entry.Gives(report, Seconds(now)) == Giving.EmptyList;
    }

    [Fact]
    public void A_host_without_a_list_waits_for_its_admission_and_one_with_a_list_does_not()
    {
        Assert.True(IsWithheld(1, 1));
        _entry.Admit(1, 1);
        Assert.False(IsWithheld(2, 2));
        Assert.False(IsWithheld(3, 3, version: 4));
    }

    /// <summary>
    /// The store was away, and a gateway gave each heartbeat to another collector. To each of them the host seemed to have lapsed, and an
    /// empty list stopped all that it ran.
    /// </summary>
    [Theory]
    [InlineData(7, false, (int)Giving.Nothing)]
    [InlineData(7, true, (int)Giving.OurList)]
    [InlineData(0, false, (int)Giving.EmptyList)]
    [InlineData(0, true, (int)Giving.OurList)]
    public void A_host_that_holds_a_list_of_another_collector_keeps_it_until_ours_is_fresh(long version, bool fresh, int giving)
    {
        _entry.Admit(1, 1);
        for (var sequence = 1; sequence < 4; sequence++)
        {
            var report = Report(1, sequence) with { DesiredVersion = version };
            _entry.Hear(report, new Circumstances(Seconds(sequence), Peers: true, fresh), Some.Terms, out _);
            Assert.Equal((Giving)giving, _entry.Gives(report, Seconds(sequence)));
        }
    }

    [Fact]
    public void An_admission_does_not_cover_a_later_fence()
    {
        _entry.Admit(1, 1);
        Assert.False(IsWithheld(1, 1));
        Assert.False(IsWithheld(2, 2, version: 4));
        Assert.True(IsWithheld(3, 20));
        _entry.Admit(1, 2);
        Assert.True(IsWithheld(4, 21));
        _entry.Admit(1, 3);
        Assert.False(IsWithheld(5, 22));
    }

    /// <summary>The scheduler had found it Online, and it was deleted before its next report.</summary>
    [Fact]
    public void An_admission_from_before_the_host_was_deleted_counts_no_more_however_late_it_comes()
    {
        Assert.True(IsWithheld(1, 1));
        _entry.Admit(1, 1);
        _entry.Forget(1, 2);
        Assert.True(IsWithheld(3, 2));
        _entry.Admit(1, 2);
        Assert.True(IsWithheld(4, 3));
        _entry.Admit(1, 3);
        Assert.False(IsWithheld(5, 4));
        // Said again, or of a life that is over.
        _entry.Forget(1, 2);
        _entry.Forget(0, 9);
        Assert.False(IsWithheld(6, 5));
    }

    [Theory]
    [InlineData(4, 5, (int)Giving.EmptyList)]
    [InlineData(5, 5, (int)Giving.OurList)]
    [InlineData(5, 0, (int)Giving.OurList)]
    public void A_list_that_is_older_than_the_deletion_of_its_host_is_none(long held, long emptiedIn, int giving)
    {
        var report = Report(1, 1) with { DesiredVersion = held };
        _entry.Hear(report, new Circumstances(Seconds(1), Peers: false, Fresh: true), Some.Terms, out _);
        _entry.Admit(1, 1);
        Assert.Equal((Giving)giving, _entry.Gives(report, Seconds(1), emptiedIn));
    }

    /// <summary>Between two reports without a list the host may have run and fenced itself under another collector.</summary>
    [Theory]
    [InlineData(8.499, false)]
    [InlineData(8.5, true)]
    public void A_silence_in_which_a_fence_fits_needs_a_new_admission(double now, bool withheld)
    {
        _entry.Admit(1, 1);
        Assert.False(IsWithheld(1, 1));
        Assert.Equal(withheld, IsWithheld(9, now));
    }

    /// <summary>It was granted 10 s; a lease that is shorter or longer now must not make a silence look shorter.</summary>
    [Theory]
    [InlineData(1, 1.75, true)]
    [InlineData(1, 1.749, false)]
    [InlineData(60, 8.5, true)]
    [InlineData(60, 8.499, false)]
    public void The_shorter_of_the_leases_then_and_now_says_whether_a_fence_fits(double lease, double now, bool withheld)
    {
        _entry.Admit(1, 1);
        Assert.False(IsWithheld(1, 1));
        var changed = Some.Terms with { Granted = Some.Granted with { Lease = Seconds(lease) } };
        var report = Report(1, 2);
        _entry.Hear(report, new Circumstances(Seconds(now), Peers: false, Fresh: true), changed, out _);
        Assert.Equal(withheld, _entry.Gives(report, Seconds(now)) == Giving.EmptyList);
    }

    private HostReport Leaves(HostReport report, double now, double refresh = 1000)
    {
        _entry.Hear(report, new Circumstances(Seconds(now), Peers: false, Fresh: true), Some.Terms, out _);
        return _entry.LeaveWindow(Seconds(now), Seconds(refresh), int.MaxValue, out _);
    }

    private static HostReport Listing(long sequence, long inventory, string? leftOut = null) => Report(1, sequence) with
    {
        Inventory = inventory, Components = [Component("c1") with { ConsumersLeftOut = leftOut is null ? null : 12 }], LeftOut = leftOut,
    };

    [Fact]
    public void What_a_list_lacks_goes_wherever_the_list_goes()
    {
        var first = Leaves(Listing(1, 1, "HB-345 12 consumers"), 1);
        Assert.Equal(("HB-345 12 consumers", 12), (first.LeftOut, first.Components![0].ConsumersLeftOut));
        var between = Leaves(Report(1, 2) with { Inventory = 1 }, 2);
        Assert.Equal((null, null), (between.Components, between.LeftOut));
        var again = Leaves(Report(1, 3) with { Inventory = 1 }, 2000);
        Assert.Equal(("HB-345 12 consumers", 12), (again.LeftOut, again.Components![0].ConsumersLeftOut));
        _entry.WasNotDelivered();
        Assert.Equal("HB-345 12 consumers", Leaves(Report(1, 4) with { Inventory = 1 }, 2001).LeftOut);
    }

    [Fact]
    public void A_list_that_lacks_nothing_ends_it()
    {
        Leaves(Listing(1, 1, "HB-345 12 consumers"), 1);
        Assert.Null(Leaves(Listing(2, 2), 2).LeftOut);
        var again = Leaves(Report(1, 3) with { Inventory = 2 }, 2000);
        Assert.Equal((1, null), (again.Components!.Count, again.LeftOut));
    }

    [Fact]
    public void What_a_list_lacks_is_not_said_without_the_list()
    {
        Leaves(Listing(1, 1, "HB-345 12 consumers"), 1);
        Assert.Equal((null, null), Leaves(Listing(2, 1, "HB-345 12 consumers"), 2) is var told ? (told.Components, told.LeftOut) : default);
        Assert.Null(Leaves(Report(1, 3) with { Inventory = 1, LeftOut = "HB-345 12 consumers" }, 3).LeftOut);
    }

    [Fact]
    public void A_report_without_a_list_leaves_as_it_came()
    {
        Leaves(Listing(1, 1), 1);
        var report = Report(1, 2) with { Inventory = 1 };
        Assert.Same(report, Leaves(report, 2));
    }

    [Fact]
    public void An_admission_of_another_incarnation_is_none()
    {
        _entry.Admit(2, 1);
        Assert.True(IsWithheld(1, 1));
    }
}
