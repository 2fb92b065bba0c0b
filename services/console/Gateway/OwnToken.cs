using System.Security.Cryptography;
using Holdfast.Platform.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.ConsoleUi.Gateway;

/// <summary>
/// The console's own API token: the installation's stays with who is given it. Made anew with each start, and once more where it is
/// refused, as after the store was restored from a backup. It ends a day after its console, and each console clears away those that
/// have ended: nobody has to see them among the tokens of people.
/// </summary>
internal sealed partial class OwnToken(IDocuments<ApiToken> tokens, Settings settings, TimeProvider time, ILogger<OwnToken> logger)
    : TickLoop(time, logger)
{
    private const string Prefix = "console@";

    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    /// <summary>A gateway that refuses each new one is not given one with each question.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(5);

    /// <summary>
    /// With the port, as two consoles on one machine would each make the other's token worthless. It is the same after a restart, as a
    /// console that restarts for ever must not fill the store.
    /// </summary>
    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{settings.Instance}:{settings.Port}");

    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile string _secret = NewSecret();
    private long? _renewed;

    internal string Secret => _secret;

    protected override TimeSpan Interval => TimeSpan.FromHours(1);

    /// <summary>
    /// A console's own and not a person's: no name that is given has an @. What other consoles of earlier releases made has no end: it is
    /// shown, and can be revoked like any other.
    /// </summary>
    internal static bool IsOwn(ApiToken token) => token.Name.StartsWith(Prefix, StringComparison.Ordinal) && token.Until is not null;

    /// <summary>After the collections are open, before the first page asks for anything.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Keep(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Whether there is another one to ask with.</summary>
    /// <param name="refused">The secret that was not accepted.</param>
    internal async Task<bool> Renew(string refused, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            if (_secret != refused)
            {
                return true;
            }

            if (_renewed is { } before && Time.GetElapsedTime(before) < Apart)
            {
                return false;
            }

            _renewed = Time.GetTimestamp();
            _secret = NewSecret();
            await Keep(cancel);
            LogRenewed(_name);
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    protected override async Task Tick(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            await Keep(cancel);
        }
        finally
        {
            _one.Release();
        }

        var all = await tokens.Query(DocumentQuery<ApiToken>.All.Take(ApiTokens.TokensMax), cancel);
        foreach (var ended in all.Items.Where(t => IsOver(t.Document)))
        {
            await tokens.Delete(ended.Document.Name, ended.Version, cancel);
        }
    }

    /// <summary>Also the one that an earlier release of this console made, under a name of its own.</summary>
    private bool IsOver(ApiToken token) => (IsOwn(token) && token.Until <= Time.GetUtcNow())
        || (token.Name == Prefix + settings.Instance && token.Until is null);

    private Task Keep(CancellationToken cancel) => tokens.UpsertMany(
        [new ApiToken(_name, ApiTokens.DigestOf(_secret), [Scopes.Read, Scopes.Operate, Scopes.Deploy, Scopes.Configure], "console",
            Time.GetUtcNow(), Time.GetUtcNow() + Life)], cancel);

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The token {Name} was refused; another one is made")]
    private partial void LogRenewed(string name);
}
