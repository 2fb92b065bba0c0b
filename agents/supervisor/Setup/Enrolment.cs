using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Holdfast.Contracts.Views;
using Microsoft.Extensions.Logging;

namespace Holdfast.Supervisor.Setup;

/// <summary>
/// A host's first start: the supervisor makes a token of its own and makes it known with the host's one-time token. The token is on
/// the disk before it is known, and the same one is sent until it was answered: whatever is cut off between is done again.
/// </summary>
internal sealed partial class Enrolment(HttpClient http, TimeProvider clock, ILogger<Enrolment> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(10);
    private readonly ILogger _log = log;

    /// <summary>Tries until it is done or cancelled: the server may be away, and a new one-time token may come into the file.</summary>
    /// <returns>The host's token; it is in the token file.</returns>
    public async Task<string> EnrolAsync(Settings settings, CancellationToken quit)
    {
        var token = Pending(settings.TokenFile!);
        for (var said = ""; ;)
        {
            if (await TryAsync(settings, token, quit) is not { } why)
            {
                File.Move(PendingFile(settings.TokenFile!), settings.TokenFile!, overwrite: false);
                Forget(settings.EnrolmentFile!);
                Enrolled(settings.Host, settings.TokenFile!);
                return token;
            }

            if (why != said)
            {
                NotEnrolled(Codes.NotEnrolled, settings.Host, why);
            }

            said = why;
            await Task.Delay(Pause, clock, quit);
        }
    }

    /// <summary>Tries once; null: the server knows the token.</summary>
    private async Task<string?> TryAsync(Settings settings, string token, CancellationToken quit)
    {
        if (Settings.FirstToken(TryRead(settings.EnrolmentFile!)) is not { } oneTime)
        {
            return $"{settings.EnrolmentFile} must be a readable file with the one-time token of holdfast hosts enrol in its first line";
        }

        using var limited = new CancellationTokenSource(AnswerMax, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, quit);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/hosts/{Uri.EscapeDataString(settings.Host)}/enrolment")
        {
            Content = JsonContent.Create(new EnrolledToken(DigestOf(token)), SetupJson.Default.EnrolledToken),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", oneTime);
        try
        {
            using var answer = await http.SendAsync(request, either.Token);
            return answer.StatusCode == HttpStatusCode.NoContent ? null : Explain(await answer.Content.ReadAsStringAsync(either.Token))
                ?? $"the server answered {(int)answer.StatusCode}";
        }
        catch (OperationCanceledException) when (!quit.IsCancellationRequested)
        {
            return $"no answer within {AnswerMax.TotalSeconds:0} s";
        }
        catch (HttpRequestException error)
        {
            return error.GetBaseException().Message;
        }
    }

    private static string DigestOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static string PendingFile(string tokenFile) => tokenFile + ".enrolling";

    /// <summary>The one that a former start has made, or a new one; nobody else can read it.</summary>
    private static string Pending(string tokenFile)
    {
        var file = PendingFile(tokenFile);
        if (Settings.FirstToken(TryRead(file)) is { } made)
        {
            return made;
        }

        try
        {
            var token = "hft_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
            File.Delete(file);
            using var stream = new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            stream.Write(Encoding.UTF8.GetBytes(token + "\n"));
            stream.Flush(flushToDisk: true);
            return token;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(Codes.TokenMissing, $"--token-file {tokenFile}: cannot be made there: {error.Message}");
        }
    }

    /// <summary>Deletes a spent token; where this user may not, it is of no use to anybody.</summary>
    private static void Forget(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Left there.
        }
    }

    private static string? TryRead(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The service's explanation; null: it is no answer of the service's.</summary>
    private static string? Explain(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, SetupJson.Default.Problem) is { Code: { } code } problem
                ? $"{code} {problem.Detail} {problem.Workaround}" : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Host} is enrolled; its token is in {File}")]
    private partial void Enrolled(string host, string file);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Code} {Host} cannot be enrolled yet: {Why} It is tried again and again")]
    private partial void NotEnrolled(string code, string host, string why);
}
