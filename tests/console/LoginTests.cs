using System.Security.Cryptography;
using Holdfast.Platform.State;
using Holdfast.Platform.State.Sqlite;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>Users, their passwords and what the audit has of them, on a real store.</summary>
public sealed class LoginTests : IDisposable
{
    private const string Right = "correct horse 9";
    private const string Here = "10.0.0.1";

    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly PasswordQueue _queue = new(1);
    private readonly ServiceProvider _provider;
    private readonly Users _users;

    public LoginTests()
    {
        _provider = new ServiceCollection().AddSingleton<TimeProvider>(_time).AddSqliteState(_directory.Location)
            .AddDocuments(ConsoleCollections.Users).AddDocuments(ReadingRule.Collection).AddDocuments(Audit.Collection)
            .BuildServiceProvider();
        _users = new Users(Documents<User>(), Documents<ReadingRule>(), _queue, new LoginLimits(_time), _time);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _queue.Dispose();
        _provider.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_password_matches_itself_and_nothing_else()
    {
        var kept = Passwords.Hash(Right);
        Assert.Equal(new PasswordVerdict(true, null), Passwords.Check(Right, kept));
        Assert.Equal(new PasswordVerdict(false, null), Passwords.Check("correct horse 8", kept));
        Assert.False(Passwords.Check("", null).IsRight);
        Assert.NotEqual(kept, Passwords.Hash(Right));
        Assert.StartsWith("pbkdf2$600000$", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_was_kept_with_fewer_rounds_is_renewed_by_the_next_login()
    {
        var before = Passwords.Hash(Right, RandomNumberGenerator.GetBytes(16), 400_000);
        await Documents<User>().Insert(new User("ada", Role.Viewer, before, null, null, "test", _time.GetUtcNow()), Cancel);
        Assert.Equal("CO-101", (await _users.LogIn("ada", "wrong horse 99", Here, Cancel)).Fault?.Code);
        Assert.Equal(before, (await _users.Find("ada", Cancel))!.Password);
        Assert.Null((await _users.LogIn("ada", Right, Here, Cancel)).Fault);
        var after = (await _users.Find("ada", Cancel))!.Password!;
        Assert.StartsWith("pbkdf2$600000$", after, StringComparison.Ordinal);
        Assert.Null((await _users.LogIn("ada", Right, Here, Cancel)).Fault);
        Assert.Equal(after, (await _users.Find("ada", Cancel))!.Password);
    }

    [Fact]
    public async Task A_name_that_there_is_not_is_answered_as_one_that_there_is()
    {
        await Invite("ada");
        foreach (var name in (string[])["ada", "nobody"])
        {
            var codes = new List<string?>();
            for (var i = 0; i < 6; i++)
            {
                codes.Add((await _users.LogIn(name, "wrong horse 99", Here, Cancel)).Fault?.Code);
            }

            Assert.Equal(["CO-101", "CO-101", "CO-101", "CO-101", "CO-101", "CO-102"], codes);
        }

        Assert.Null((await _users.LogIn("ada", Right, "10.0.0.2", Cancel)).Fault);
    }

    [Fact]
    public async Task Sixty_four_at_one_time_wait_in_a_short_queue_and_no_thread_of_the_pool_hashes()
    {
        using var held = new ManualResetEventSlim();
        Assert.True(_queue.TryOffer(() =>
        {
            held.Wait(Cancel);
            return Thread.CurrentThread.IsThreadPoolThread;
        }, out var first));
        var logins = Enumerable.Range(0, 64).Select(n => _users.LogIn("ada", "wrong horse 99", $"10.0.1.{n}", Cancel)).ToList();
        await Eventually.Holds(() => logins.Count(l => l.IsCompleted) is var refused && refused >= 64 - PasswordQueue.WaitingMax - 1
            ? null : $"{refused} are refused", TimeSpan.FromSeconds(30));
        held.Set();
        Assert.False(await first);
        var codes = (await Task.WhenAll(logins)).Select(o => o.Fault!.Code).ToList();
        Assert.InRange(codes.Count(c => c == "CO-101"), 1, PasswordQueue.WaitingMax + 1);
        Assert.All(codes, c => Assert.True(c is "CO-101" or "CO-121", c));
    }

    [Fact]
    public async Task Work_that_fails_fails_for_who_asked_and_the_thread_goes_on()
    {
        Assert.True(_queue.TryOffer<int>(() => throw new InvalidOperationException(), out var failing));
        await Assert.ThrowsAsync<InvalidOperationException>(() => failing);
        Assert.True(_queue.TryOffer(() => 4, out var next));
        Assert.Equal(4, await next);
    }

    [Fact]
    public async Task Guessing_fills_no_disk()
    {
        var audit = new Audit(Documents<AuditEntry>(), _time);
        using var failed = new FailedLogins(audit, _time, NullLogger<FailedLogins>.Instance);
        for (var i = 0; i < 500; i++)
        {
            await failed.Note("ada", Here, "CO-101");
        }

        var entry = Assert.Single(await Entries(audit));
        Assert.Equal(("ada", "log in", "console", "CO-101", Here), (entry.By, entry.What, entry.On, entry.Outcome, entry.Address));
        await failed.Tell();
        Assert.Equal("499 more within a minute", (await Entries(audit))[0].Detail);

        for (var i = 0; i < 500; i++)
        {
            await failed.Note("ada", $"10.1.{i >> 8}.{i & 255}", "CO-101");
        }

        await failed.Tell();
        var entries = await Entries(audit);
        Assert.Equal(2 + FailedLogins.ApartMax + 1, entries.Count);
        Assert.Equal("480 more within a minute", entries[0].Detail);
        await failed.Tell();
        Assert.Equal(entries.Count, (await Entries(audit)).Count);
    }

    private static async Task<IReadOnlyList<AuditEntry>> Entries(Audit audit) =>
        [.. (await audit.Read(new AuditFilter(), null, 1000, Cancel)).Items.Select(i => i.Document)];

    private async Task Invite(string name)
    {
        var key = (await _users.Invite(name, Role.Viewer, "test", Cancel)).Value!;
        Assert.Null((await _users.Accept(key, Right, Here, Cancel)).Fault);
    }

    private IDocuments<T> Documents<T>() where T : class => _provider.GetRequiredService<IDocuments<T>>();
}
