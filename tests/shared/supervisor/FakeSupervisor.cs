using System.Net.Http.Json;
using Holdfast.Contracts;

namespace Holdfast.Tests;

/// <summary>A host without processes: heartbeats in time, and says of all that it is given that it does it.</summary>
internal sealed class FakeSupervisor : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Profile fast.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(4);

    private readonly Api _api;
    private readonly string _region;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private HostReport _next;
    private volatile IReadOnlyList<DesiredComponent> _desired = [];
    private long _answeredAt = TimeProvider.System.GetTimestamp();

    /// <param name="succeeds">The life whose leftovers it has ended; null: it does not say.</param>
    internal FakeSupervisor(Api api, string region, string host, long incarnation = 1, long? succeeds = null)
    {
        (_api, _region, Host) = (api, region, host);
        _next = new HostReport
        {
            Host = host, Incarnation = incarnation, Succeeds = succeeds, Sequence = 1, Region = _region, Idc = "a", Address = "127.0.0.1",
            Usage = new Usage(0.1, 0.1, 0.1), Inventory = 1, Components = [],
        };
        _loop = Task.Run(Live);
    }

    internal string Host { get; }

    /// <summary>Its components have failed with this, whatever epoch they have; null: they run.</summary>
    internal string? Error { get; set; }

    /// <summary>The desired list as it was told last.</summary>
    internal IReadOnlyList<DesiredComponent> Desired => _desired;

    /// <summary>The host falls silent between two words.</summary>
    internal async Task FallSilent()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await FallSilent();
        _stop.Dispose();
    }

    private async Task Live()
    {
        while (!_stop.IsCancellationRequested)
        {
            var asked = TimeProvider.System.GetTimestamp();
            try
            {
                var reply = await Report();
                _answeredAt = reply is null ? _answeredAt : asked;
                _next = reply is null ? Again() : After(reply);
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException
                && !_stop.IsCancellationRequested)
            {
                _next = Again();
            }

            await Task.Delay(Interval, TimeProvider.System, _stop.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Null: refused.</summary>
    private async Task<HeartbeatReply?> Report()
    {
        using var answer = await _api.Http.PostAsJsonAsync("/api/v1/heartbeats?wait=0.8", _next, Json, _stop.Token);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<HeartbeatReply>(Json, _stop.Token) : null;
    }

    /// <summary>Unanswered; when the lease is over the list is out of date, as a real one's would be.</summary>
    private HostReport Again()
    {
        var next = _next with { Sequence = _next.Sequence + 1 };
        return TimeProvider.System.GetElapsedTime(_answeredAt) < Lease
            ? next
            : next with { DesiredVersion = 0, Inventory = next.Inventory + 1, Components = [] };
    }

    private HostReport After(HeartbeatReply reply)
    {
        if (reply.Components is { } components && reply.DesiredVersion > 0)
        {
            _desired = [.. components.Where(c => c.Desired != DesiredState.Absent)];
        }

        return _next with
        {
            Sequence = _next.Sequence + 1,
            DesiredVersion = reply.DesiredVersion,
            Inventory = _next.Inventory + 1,
            Components = [.. (reply.DesiredVersion > 0 ? _desired : []).Select((c, i) => new ComponentReport
            {
                Name = c.Name,
                Kind = c.Kind,
                Epoch = c.Epoch,
                Task = c.Task,
                State = Error is not null ? ComponentState.Abnormal
                    : c.Desired == DesiredState.Running ? ComponentState.Running : ComponentState.Stopped,
                Error = Error,
                Pid = c.Desired == DesiredState.Running ? i + 1 : null,
            })],
        };
    }
}
