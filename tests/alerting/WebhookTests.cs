using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Alerting.Tests;

public class WebhookTests
{
    private static async Task<ChannelAnswer> Tell(string url, Func<WebhookSettings, WebhookSettings>? with = null)
    {
        var settings = new WebhookSettings { Url = url, TimeoutSeconds = 5 };
        await using var channel = Opened(Webhook(url) with { Settings = with?.Invoke(settings) ?? settings });
        return await channel.Deliver(Notification(), World.Cancel).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
    }

    [Fact]
    public async Task It_posts_a_CloudEvent_under_the_deliverys_key()
    {
        await using var receiver = await Receiver.Start(204);
        Assert.Equal(ChannelAnswer.Delivered(204), await Tell(receiver.Url));
        var request = Assert.Single(receiver.Heard);
        Assert.Equal(("POST", "/hook", "abc-1-ops", "abc-1-ops"),
            (request.Method, request.Path, request.Key, request.Headers["Idempotency-Key"]));
        Assert.StartsWith("application/cloudevents+json", request.Headers["Content-Type"]);
        using var json = JsonDocument.Parse(request.Body);
        var root = json.RootElement;
        Assert.Equal("1.0", root.GetProperty("specversion").GetString());
        Assert.Equal("abc-1-ops", root.GetProperty("id").GetString());
        Assert.Equal("dev.holdfast.alert.firing", root.GetProperty("type").GetString());
        Assert.Equal("host-1", root.GetProperty("subject").GetString());
        Assert.Equal(Variables.Names.Order(), root.GetProperty("data").EnumerateObject().Select(p => p.Name).Order());
    }

    [Fact]
    public async Task Method_headers_credentials_template_and_signature_are_as_defined()
    {
        await using var receiver = await Receiver.Start(200);
        await Tell(receiver.Url.Replace("://", "://user:p%40ss@"), w => w with
        {
            Method = "PUT",
            Headers = new Dictionary<string, string> { ["X-Team"] = "ops", ["Content-Type"] = "text/plain" },
            BodyTemplate = "${alarm_target} is ${alarm_status}",
            SigningKey = "signing-key-1",
        });
        var request = Assert.Single(receiver.Heard);
        Assert.Equal(("PUT", "ops", "text/plain"),
            (request.Method, request.Headers["X-Team"], request.Headers["Content-Type"]));
        Assert.Equal("host-1 is firing", request.Body);
        Assert.Equal("Basic " + Convert.ToBase64String("user:p@ss"u8), request.Headers["Authorization"]);
        var signature = request.Headers["Holdfast-Signature"].Split(',').Select(p => p.Split('=')[1]).ToList();
        var expected = HMACSHA256.HashData("signing-key-1"u8, Encoding.UTF8.GetBytes($"{signature[0]}.{request.Body}"));
        Assert.Equal(Convert.ToHexStringLower(expected), signature[1]);
    }

    [Theory]
    [InlineData(200, "Delivered", "")]
    [InlineData(202, "Delivered", "")]
    [InlineData(302, "GiveUp", "AL-306")]
    [InlineData(400, "GiveUp", "AL-318")]
    [InlineData(401, "GiveUp", "AL-303")]
    [InlineData(404, "GiveUp", "AL-303")]
    [InlineData(408, "TryAgain", "AL-304")]
    [InlineData(429, "TryAgain", "AL-305")]
    [InlineData(500, "TryAgain", "AL-304")]
    [InlineData(503, "TryAgain", "AL-304")]
    public async Task The_status_says_whether_to_try_again(int status, string kind, string code)
    {
        await using var receiver =
            await Receiver.Start(status, "", r => r.Headers.Location = "http://127.0.0.1:1/elsewhere");
        var answer = await Tell(receiver.Url);
        Assert.Equal((kind, status), (answer.Kind.ToString(), answer.Status));
        Assert.StartsWith(code, answer.Why);
        Assert.Single(receiver.Heard);
    }

    [Fact]
    public async Task Patience_that_is_asked_for_is_passed_on()
    {
        await using var receiver = await Receiver.Start(429, "", r => r.Headers.RetryAfter = "77");
        Assert.Equal(TimeSpan.FromSeconds(77), (await Tell(receiver.Url)).After);
    }

    [Theory]
    [InlineData("{\"errcode\":0,\"extra\":1}", true)]
    [InlineData("{\"errcode\":310000}", false)]
    [InlineData("{}", false)]
    [InlineData("[]", false)]
    [InlineData("<html>garbage", false)]
    [InlineData("", false)]
    public async Task A_response_check_must_hold(string body, bool delivered)
    {
        await using var receiver = await Receiver.Start(200, body);
        var check = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>("{\"errcode\":0}")!;
        var answer = await Tell(receiver.Url, w => w with { ResponseCheck = check });
        Assert.Equal(delivered ? AnswerKind.Delivered : AnswerKind.TryAgain, answer.Kind);
        Assert.StartsWith(delivered ? "" : "AL-307", answer.Why);
    }

    [Fact]
    public async Task A_receiver_that_hangs_is_left_after_the_time_limit()
    {
        await using var receiver = await Receiver.StartHanging();
        var started = TimeProvider.System.GetTimestamp();
        var answer = await Tell(receiver.Url, w => w with { TimeoutSeconds = 1 });
        Assert.Equal(AnswerKind.TryAgain, answer.Kind);
        Assert.StartsWith("AL-302", answer.Why);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0.9, 10);
    }

    [Fact]
    public async Task Of_an_endless_answer_only_the_beginning_is_read()
    {
        await using var receiver = await Receiver.Start(async (context, _) =>
        {
            var block = Encoding.ASCII.GetBytes(new string('x', 64 << 10));
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        });
        var answer = await Tell(receiver.Url);
        Assert.Equal((AnswerKind.Delivered, 1024), (answer.Kind, answer.Excerpt!.Length));
    }

    [Fact]
    public async Task Nobody_there_is_tried_again_and_a_forbidden_target_is_not()
    {
        var nobody = await Tell("http://127.0.0.1:1/x");
        Assert.Equal(AnswerKind.TryAgain, nobody.Kind);
        Assert.Equal("AL-301 127.0.0.1:1 cannot be asked: ConnectionRefused", nobody.Why);
        var metadata = await Tell("http://169.254.169.254/latest/meta-data");
        Assert.Equal(AnswerKind.GiveUp, metadata.Kind);
        Assert.StartsWith("AL-308", metadata.Why);
    }

    [Fact]
    public async Task No_secret_is_in_what_is_recorded_even_when_the_receiver_says_it()
    {
        await using var receiver = await Receiver.Start(async (context, _) =>
        {
            context.Response.StatusCode = 403;
            await context.Response.WriteAsync(
                string.Join('\n', context.Request.Headers.Select(h => $"{h.Key}: {h.Value}"))
                + context.Request.QueryString);
        });
        var answer =
            await Tell(receiver.Url.Replace("://", "://user:hunter22@") + "?access_token=t0ken-of-robot", w => w with
        {
            Headers = new Dictionary<string,
                string> { ["X-Key"] = "s3cret-value", ["Proxy-Auth"] = "Bearer b3arer-value" },
            SigningKey = "signing-key-1",
        });
        var record = JsonSerializer.Serialize(answer);
        string[] secrets =
            ["hunter22", Convert.ToBase64String("user:hunter22"u8), "t0ken-of-robot", "s3cret-value", "b3arer-value",
            "signing-key-1"];
        Assert.All(secrets, s => Assert.DoesNotContain(s, record));
        Assert.Contains("403", record);
    }
}
