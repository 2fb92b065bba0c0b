using System.Threading.Channels;
using Holdfast.Supervisor.Loop;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;

namespace Holdfast.Supervisor.Config;

/// <summary>A start that waits for its configuration; only the agent's loop touches it.</summary>
internal sealed class ConfigFetch(string digest, BootTime since)
{
    private static readonly TimeSpan DelayMin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan DelayMax = TimeSpan.FromSeconds(5);

    private int _failures;
    private BootTime _notBefore = since;

    public string Digest { get; } = digest;

    public BootTime Since { get; } = since;

    public bool IsUnderWay { get; set; }

    /// <summary>The configuration; null: it has not come yet.</summary>
    public byte[]? Text { get; private set; }

    /// <summary>Fault of the last request; null: none has failed.</summary>
    public ConfigOutcome.Failed? Trouble { get; private set; }

    public bool IsDue(BootTime now) => !IsUnderWay && Text is null && now >= _notBefore;

    /// <summary>Half a second later, then twice as long each time, five seconds at most.</summary>
    public void Hear(ConfigOutcome outcome, BootTime now)
    {
        IsUnderWay = false;
        switch (outcome)
        {
            case ConfigOutcome.Fetched fetched:
                (Text, Trouble) = (fetched.Text, null);
                break;
            case ConfigOutcome.Failed failed:
                var delay = DelayMin * Math.Pow(2, Math.Min(_failures++, 8));
                (Trouble, _notBefore) = (failed, now + (delay < DelayMax ? delay : DelayMax));
                break;
        }
    }

    /// <summary>
    /// Reason for which a component that waits for it is Abnormal; null: it is not, or not yet. What nobody
    /// has answered is waited for as long as a status that does not change.
    /// </summary>
    /// <param name="staleAfter">The age at which such a status counts as stale.</param>
    public string? Fault(BootTime now, TimeSpan staleAfter) =>
        Trouble is { } trouble && (trouble.IsDefinite || now - Since > staleAfter)
            ? $"{Codes.ConfigNotFetched} its configuration cannot be fetched, so it is not started: {trouble.Why}. It is asked for again."
            : null;
}

/// <summary>Asks for the configurations that starts wait for, a few at a time; the answers come to the agent's loop.</summary>
internal sealed class ConfigFetches(ConfigClient client, ChannelWriter<LoopEvent> events) : IDisposable
{
    private const int AtOnceMax = 8;

    private readonly SemaphoreSlim _turns = new(AtOnceMax);

    /// <summary>Asks when it is time to.</summary>
    public void Advance(long run, string component, ConfigFetch fetch, BootTime now)
    {
        if (!fetch.IsDue(now))
        {
            return;
        }

        fetch.IsUnderWay = true;
        var digest = fetch.Digest;
        _ = Task.Run(() => FetchAsync(run, component, digest), CancellationToken.None);
    }

    public void Dispose() => _turns.Dispose();

    private async Task FetchAsync(long run, string component, string digest)
    {
        await _turns.WaitAsync(CancellationToken.None);
        ConfigOutcome outcome;
        try
        {
            outcome = await client.FetchAsync(component, digest, CancellationToken.None);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            outcome = new ConfigOutcome.Failed(e.Message, IsDefinite: false); // an unforeseen fault must not end the asking
        }
        finally
        {
            _turns.Release();
        }

        await events.WriteAsync(new ConfigFetched(run, outcome), CancellationToken.None);
    }
}

/// <summary>The answer to a request for a configuration.</summary>
/// <param name="Run">The start that waits for it.</param>
/// <param name="Outcome">The configuration, or why there is none.</param>
internal sealed record ConfigFetched(long Run, ConfigOutcome Outcome) : LoopEvent;
