using System.Net.Http.Headers;
using System.Net.Http.Json;
using Holdfast.Platform.Tls;
using Holdfast.Supervisor.Loop;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;

namespace Holdfast.Supervisor.Heartbeats;

/// <summary>One heartbeat on its way. At: when it was sent, before anything of it left.</summary>
internal sealed record SentHeartbeat(long Sequence, BootTime At, TimeSpan Wait, long Inventory);

internal abstract record HeartbeatOutcome
{
    public sealed record Reply(HeartbeatReply Value) : HeartbeatOutcome
    {
        /// <summary>The answer's word on the clocks; null: it was not timed.</summary>
        public ClockOffset? Clock { get; init; }
    }

    /// <summary>The server said no.</summary>
    public sealed record Refused(int Status, Problem? Problem) : HeartbeatOutcome;

    /// <summary>Nobody answered in time, or the connection failed.</summary>
    public sealed record Unanswered(string Why) : HeartbeatOutcome;

    /// <summary>The answer is not one.</summary>
    public sealed record Senseless(string Why) : HeartbeatOutcome;

    /// <summary>We gave it up for a newer one.</summary>
    public sealed record Cancelled : HeartbeatOutcome;
}

/// <summary>The outcome of a heartbeat, on its way to the agent's loop.</summary>
internal sealed record HeartbeatAnswered(SentHeartbeat Sent, HeartbeatOutcome Outcome) : LoopEvent;

/// <summary>POST /api/v1/heartbeats, once. Retries are the loop's.</summary>
internal sealed class HeartbeatClient(HttpClient http, Credentials credentials, TimeProvider clock)
{
    public const int ReplyBytesMax = 16 * 1024 * 1024;

    /// <summary>The host's name for a refusal that comes before the body is read (a token, a size).</summary>
    private const string HostHeader = "X-Holdfast-Host";

    /// <summary>A thousand to run, and as many removed Stores as a list remembers.</summary>
    private const int ComponentsMax = 1256;

    /// <summary>Reads by reflection: generated code forgets the default of a field that is left out (applied).</summary>
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static HttpClient Connect(Uri server, Trust? trust)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(2),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that a moved name is followed
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false, // a token goes to one place
        };
        if (trust is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = trust.Accepts;
        }

        return new HttpClient(handler)
        {
            BaseAddress = server,
            MaxResponseContentBufferSize = ReplyBytesMax,
            Timeout = Timeout.InfiniteTimeSpan, // every request has its own limit
        };
    }

    public async Task<HeartbeatOutcome> SendAsync(
        HostReport report, TimeSpan wait, TimeSpan limit, CancellationToken cancelled)
    {
        var sent = clock.GetUtcNow();
        using var limited = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, cancelled);
        try
        {
            var seconds = wait.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/heartbeats?wait={seconds}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credentials.Token);
            request.Headers.Add(HostHeader, report.Host);
            request.Content = JsonContent.Create(report, ReportJson.Default.HostReport);
            using var answer = await http.SendAsync(request, either.Token);
            return answer.IsSuccessStatusCode
                ? Timed(Understand(await answer.Content.ReadAsStringAsync(either.Token)), sent)
                : new HeartbeatOutcome.Refused(
                    (int)answer.StatusCode, Explain(await answer.Content.ReadAsStringAsync(either.Token)));
        }
        catch (OperationCanceledException)
        {
            return cancelled.IsCancellationRequested
                ? new HeartbeatOutcome.Cancelled()
                : new HeartbeatOutcome.Unanswered($"no answer within {limit.TotalSeconds:0.0} s");
        }
        catch (HttpRequestException e)
        {
            // Why a certificate was refused is at the bottom.
            return new HeartbeatOutcome.Unanswered(e.GetBaseException().Message);
        }
    }

    private HeartbeatOutcome Timed(HeartbeatOutcome outcome, DateTimeOffset sent) => outcome is HeartbeatOutcome.Reply reply
        && clock.GetUtcNow() is var received && received >= sent
            ? reply with { Clock = ClockOffset.Of(sent, reply.Value.ServerTime, received) }
            : outcome;

    public static HeartbeatOutcome Understand(string body)
    {
        try
        {
            var reply = JsonSerializer.Deserialize<HeartbeatReply>(body, Web);
            return reply is null ? new HeartbeatOutcome.Senseless("the reply is null")
                : Fault(reply) is { } fault ? new HeartbeatOutcome.Senseless(fault)
                : new HeartbeatOutcome.Reply(reply);
        }
        catch (JsonException e)
        {
            return new HeartbeatOutcome.Senseless($"the reply is not what it should be: {e.Message}");
        }
    }

    internal static string? Fault(HeartbeatReply reply)
    {
        if (!(reply.Lease > 0 && reply.Lease <= Day.TotalSeconds))
        {
            return $"lease {reply.Lease} is not within 0 to {Day.TotalSeconds} s";
        }

        if (!(reply.KillGrace >= 0 && reply.KillGrace <= Day.TotalSeconds))
        {
            return $"killGrace {reply.KillGrace} is not within 0 to {Day.TotalSeconds} s";
        }

        if (!(reply.Interval >= 0.05 && reply.Interval < reply.Lease))
        {
            return $"interval {reply.Interval} is not within 0.05 s to the lease of {reply.Lease} s";
        }

        if (reply.Components is not { } components)
        {
            return null;
        }

        if (components.Count > ComponentsMax)
        {
            return $"{components.Count} components are more than {ComponentsMax}";
        }

        if (components.Any(c => c is null || string.IsNullOrEmpty(c.Name) || c.Command is null))
        {
            return "a component has no name or no command";
        }

        return components.DistinctBy(c => c.Name, StringComparer.Ordinal).Count() < components.Count
            ? "two components have one name"
            : null;
    }

    private static Problem? Explain(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, SetupJson.Default.Problem);
        }
        catch (JsonException)
        {
            return null; // a proxy's page
        }
    }
}
