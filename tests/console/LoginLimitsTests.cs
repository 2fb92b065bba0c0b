namespace Holdfast.ConsoleUi.Tests;

public sealed class LoginLimitsTests
{
    private const string Here = "10.0.0.1";
    private static readonly TimeSpan Now = TimeSpan.FromHours(5);

    private readonly ManualTime _time = new();
    private readonly LoginLimits _limits;

    public LoginLimitsTests() => _limits = new LoginLimits(_time);

    private static Attempts Failed(int times, TimeSpan at) =>
        Enumerable.Range(0, times).Aggregate(Attempts.None, (tried, _) => LockOut.Failed(tried, at));

    [Fact]
    public void The_fifth_failure_locks_for_a_minute_and_the_sixth_for_two()
    {
        Assert.Null(Failed(4, Now).Until);
        Assert.Equal(Now + TimeSpan.FromMinutes(1), Failed(5, Now).Until);
        Assert.Equal(Now + TimeSpan.FromMinutes(2), Failed(6, Now).Until);
        Assert.Equal(Now + TimeSpan.FromHours(1), Failed(500, Now).Until);
        Assert.True(LockOut.Holds(Failed(5, Now), Now + TimeSpan.FromSeconds(59.9)));
        Assert.False(LockOut.Holds(Failed(5, Now), Now + TimeSpan.FromMinutes(1)));
        Assert.False(LockOut.IsOver(Failed(1, Now), Now + TimeSpan.FromMinutes(59)));
        Assert.True(LockOut.IsOver(Failed(1, Now), Now + TimeSpan.FromHours(1)));
    }

    [Fact]
    public void An_address_tries_twenty_times_at_once_and_then_every_six_seconds()
    {
        var budget = AddressBudget.Full(Now);
        for (var i = 0; i < AddressBudget.AtOnce; i++)
        {
            budget = Assert.NotNull(budget.Take(Now));
        }

        Assert.Null(budget.Take(Now + TimeSpan.FromSeconds(5.9)));
        Assert.Equal(TimeSpan.FromSeconds(6), budget.Wait(Now));
        Assert.NotNull(budget.Take(Now + TimeSpan.FromSeconds(6)));
        Assert.Equal(AddressBudget.AtOnce, budget.Now(Now + TimeSpan.FromDays(1)).Left);
        Assert.Equal(AddressBudget.AtOnce, AddressBudget.Full(Now).GiveBack(Now).Left);
    }

    [Fact]
    public void Nobody_locks_an_administrator_out_from_another_address()
    {
        Fail("admin", Here, 5);
        Assert.Equal("CO-102", _limits.Begin("admin", Here)?.Code);
        Assert.Null(_limits.Begin("admin", "10.0.0.2"));
        Assert.Null(_limits.Begin("ada", Here));
        Assert.True(_limits.IsLocked("admin"));
        Assert.False(_limits.IsLocked("ada"));
    }

    [Fact]
    public void Attempts_at_one_time_count_before_their_passwords_are_looked_at()
    {
        Assert.Equal(5, Enumerable.Range(0, 64).Count(_ => _limits.Begin("admin", Here) is null));
    }

    [Fact]
    public void A_right_password_and_a_new_link_end_the_count_and_what_was_not_looked_at_is_none()
    {
        Fail("ada", Here, 4);
        _limits.Succeeded("ada", Here);
        Fail("ada", Here, 4);
        Assert.False(_limits.IsLocked("ada"));
        Fail("ada", Here, 1);
        _limits.Forget("ada");
        for (var i = 0; i < 9; i++)
        {
            Assert.Null(_limits.Begin("ada", Here));
            _limits.Withdraw("ada", Here);
        }
    }

    [Fact]
    public void A_right_password_costs_its_address_nothing()
    {
        for (var i = 0; i < 3 * AddressBudget.AtOnce; i++)
        {
            Assert.Null(_limits.Spend(Here));
            _limits.Succeeded("ada", Here);
        }

        var spent = Enumerable.Range(0, 64).Count(_ => _limits.Spend(Here) is null);
        Assert.Equal(AddressBudget.AtOnce, spent);
        Assert.Equal("CO-120", _limits.Spend(Here)?.Code);
        Assert.Null(_limits.Spend("10.0.0.2"));
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(_limits.Spend(Here));
        Assert.NotNull(_limits.Spend(Here));
    }

    [Fact]
    public void However_many_addresses_try_it_remembers_ten_thousand_and_forgets_the_oldest()
    {
        Fail("admin", Here, 5);
        for (var n = 0; n < LoginLimits.RememberedMax; n++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            _limits.Begin("admin", $"10.{1 + (n >> 16)}.{(n >> 8) & 255}.{n & 255}");
        }

        Assert.Null(_limits.Begin("admin", Here));
    }

    [Theory]
    [InlineData("2001:db8:1:2:3::4", "2001:db8:1:2:ffff::1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("", "10.0.0.2", false)]
    public void A_network_of_IPv6_is_one_address(string one, string other, bool same) =>
        Assert.Equal(same, LoginLimits.Network(one) == LoginLimits.Network(other));

    private void Fail(string name, string address, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.Null(_limits.Begin(name, address));
        }
    }
}
