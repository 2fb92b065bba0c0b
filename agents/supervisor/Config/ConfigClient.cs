using System.Net;
using System.Net.Http.Headers;
using Holdfast.Supervisor.Setup;

namespace Holdfast.Supervisor.Config;

/// <summary>The outcome of a request for a component's configuration.</summary>
internal abstract record ConfigOutcome
{
    public sealed record Fetched(byte[] Text) : ConfigOutcome
    {
        public override string ToString() => nameof(Fetched); // it may be a secret
    }

    /// <param name="Why">As a part of a sentence.</param>
    /// <param name="IsDefinite">The service has answered, and would answer the same again.</param>
    public sealed record Failed(string Why, bool IsDefinite) : ConfigOutcome;
}

/// <summary>GET /api/v1/hosts/{id}/components/{name}/config, once, with the host's token. What it brings is in no log.</summary>
internal sealed class ConfigClient(HttpClient http, Credentials credentials, string host, TimeProvider clock)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public async Task<ConfigOutcome> FetchAsync(string component, string digest, CancellationToken cancelled)
    {
        using var limited = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, cancelled);
        try
        {
            var path = $"/api/v1/hosts/{Uri.EscapeDataString(host)}/components/{Uri.EscapeDataString(component)}/config";
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credentials.Token);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = await ReadAsync(answer.Content, either.Token);
            return answer.IsSuccessStatusCode ? Judge(body, digest) : Refused(answer.StatusCode, body);
        }
        catch (OperationCanceledException)
        {
            return new ConfigOutcome.Failed($"no answer within {Limit.TotalSeconds:0} s", IsDefinite: false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new ConfigOutcome.Failed(e.GetBaseException().Message, IsDefinite: false);
        }
    }

    /// <summary>Judges a text by its digest. One that has changed since the list was made is another one: the next list names it.</summary>
    internal static ConfigOutcome Judge(byte[] text, string digest) =>
        text.Length > ComponentConfig.FetchedBytesMax
            ? new ConfigOutcome.Failed($"it is larger than {ComponentConfig.FetchedBytesMax} bytes", IsDefinite: true)
            : ComponentConfig.DigestOf(text) == digest
                ? new ConfigOutcome.Fetched(text)
                : new ConfigOutcome.Failed("it is another one than the host was told of", IsDefinite: false);

    internal static ConfigOutcome Refused(HttpStatusCode status, byte[] body)
    {
        Problem? problem;
        try
        {
            problem = JsonSerializer.Deserialize(body, SetupJson.Default.Problem);
        }
        catch (JsonException)
        {
            problem = null; // a proxy's page
        }

        return problem?.Code is { } code
            ? new ConfigOutcome.Failed($"{(int)status} {code} {problem.Detail ?? problem.Title}", (int)status < 500)
            : new ConfigOutcome.Failed($"the answer is {(int)status}", IsDefinite: false);
    }

    /// <summary>Reads at most one byte more than it may have.</summary>
    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancel)
    {
        await using var stream = await content.ReadAsStreamAsync(cancel);
        var buffer = new byte[ComponentConfig.FetchedBytesMax + 1];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return buffer[..read];
    }
}
