using System.Collections.Concurrent;
using Holdfast.ConsoleUi.Access;
using Holdfast.ConsoleUi.Gateway;
using Holdfast.Platform.State;
using Holdfast.Platform.Tls;

namespace Holdfast.ConsoleUi.Client;

/// <summary>
/// The one place that speaks to the services. A question of many browsers within 700 ms is asked once, and not again while a
/// slow service still works on it. A service that does not answer is a fault to show, never an exception.
/// </summary>
internal sealed class Api(ApiAddress gateway, OwnToken token, Audit audit, TlsFiles tls, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan SharedMax = TimeSpan.FromMilliseconds(700);
    private const int SharedCountMax = 500;
    private const int Unauthorized = 401;

    private readonly HttpClient _http = new(tls.Handler(toItself: gateway.IsOwn)) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ConcurrentDictionary<(string Path, Type As), Shared> _shared = new();
    private readonly Patience _patience = new();

    /// <param name="Answer">Lazy of the task, as the type that was asked for; shared, so nobody changes it.</param>
    private sealed record Shared(long At, object Answer);

    /// <param name="path">From /api/v1/ on, with its query.</param>
    internal Task<Outcome<T>> Get<T>(string path)
    {
        var key = (path, typeof(T));
        if (_shared.TryGetValue(key, out var seen) && ((Lazy<Task<Outcome<T>>>)seen.Answer).Value is var answer
            && (!answer.IsCompleted || time.GetElapsedTime(seen.At) < SharedMax))
        {
            return answer;
        }

        if (_shared.Count > SharedCountMax)
        {
            _shared.Clear();
        }

        var fresh = new Lazy<Task<Outcome<T>>>(() => Fetch<T>(path));
        _shared[key] = new Shared(time.GetTimestamp(), fresh);
        return fresh.Value;
    }

    /// <summary>Asks for an answer that is text, such as Markdown.</summary>
    internal Task<Outcome<string>> Text(string path) => Ask(HttpMethod.Get, path, null, null);

    /// <summary>A change in somebody's name: told to the service, and kept in the audit with its outcome.</summary>
    /// <param name="what">For the audit, in words.</param>
    /// <param name="on">The object.</param>
    /// <param name="needed">Less than this may not.</param>
    /// <param name="version">Of what the change was made from; null: any.</param>
    /// <param name="patience">Time that the answer may take; null: as long as any.</param>
    internal async Task<Outcome<JsonObject>> Send(
        Person by, Role needed, string what, string on, HttpMethod method, string path, JsonNode? body = null,
        string? version = null, TimeSpan? patience = null)
    {
        var answer = by.May(needed)
            ? await Ask(method, path, body, by.Name, version, patience)
            : ServiceFaults.NotAllowed(needed);
        _shared.Clear();
        await audit.Note(by.Name, by.Address, what, on, answer.Fault?.Code ?? "done", Secrets.Hide(body)?.ToJsonString());
        return answer.Fault is { } fault ? fault : answer.Value!.Length == 0 ? new JsonObject() : Read<JsonObject>(path, answer.Value);
    }

    /// <summary>A question that changes nothing and has a body.</summary>
    internal async Task<Outcome<T>> Ask<T>(string path, JsonNode body)
    {
        var answer = await Ask(HttpMethod.Post, path, body, null);
        return answer.Fault is { } fault ? fault : Read<T>(path, answer.Value!);
    }

    public void Dispose() => _http.Dispose();

    private async Task<Outcome<T>> Fetch<T>(string path)
    {
        var answer = await Ask(HttpMethod.Get, path, null, null, patience: _patience.For(path));
        return answer.Fault is { } fault ? fault : Read<T>(path, answer.Value!);
    }

    /// <summary>The body of what was answered. A token that is refused is made again, once, and the question is asked again.</summary>
    private async Task<Outcome<string>> Ask(
        HttpMethod method, string path, JsonNode? body, string? user, string? version = null, TimeSpan? patience = null)
    {
        if (gateway.Address is not { } address)
        {
            return ServiceFaults.Unreachable(path.Split('?')[0], "this process does not serve yet");
        }

        var max = patience ?? Patience.AnswerMax;
        using var limit = new CancellationTokenSource(max, time);
        var isSilent = false;
        try
        {
            var secret = token.Secret;
            var answer = await Once(secret);
            return answer.Fault?.Status == Unauthorized && await token.Renew(secret, limit.Token) ? await Once(token.Secret) : answer;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            isSilent = true;
            return ServiceFaults.Unreachable(path.Split('?')[0], string.Create(CultureInfo.InvariantCulture,
                $"no answer within {max.TotalSeconds:0} s"));
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException or StateUnavailableException)
        {
            // Why a certificate was refused is at the bottom.
            return ServiceFaults.Unreachable(path.Split('?')[0], error.GetBaseException().Message);
        }
        finally
        {
            // However it ends, the next one may find out again.
            if (isSilent)
            {
                _patience.RanOut(path, max);
            }
            else
            {
                _patience.Answered(path);
            }
        }

        async Task<Outcome<string>> Once(string secret)
        {
            var answer = await _http.Send(address,
                new ApiRequest(method, path) { Body = body, User = user, Version = version, Token = secret }, limit.Token);
            return answer.IsSuccess ? answer.Text
                : answer.Fault ?? ServiceFaults.Unreachable(path.Split('?')[0], $"status {answer.Status}");
        }
    }

    private static Outcome<T> Read<T>(string path, string text)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, ApiExchange.Json) is { } value ? value : ServiceFaults.Unreadable(path, "nothing");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return ServiceFaults.Unreadable(path.Split('?')[0], error.Message);
        }
    }
}

/// <summary>Secrets do not go into the audit. Pure.</summary>
internal static class Secrets
{
    private static readonly string[] Names =
        ["password", "signingKey", "keyPassword", "headers", "saslPassword", "bodyTemplate", "url", "config"];

    internal static JsonNode? Hide(JsonNode? body)
    {
        if (body is not JsonObject given)
        {
            return body?.DeepClone();
        }

        var hidden = new JsonObject();
        foreach (var (name, value) in given)
        {
            hidden[name] = Names.Contains(name, StringComparer.Ordinal) && value is not null ? "…" : Hide(value);
        }

        return hidden;
    }
}
