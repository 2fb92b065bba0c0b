using Holdfast.Alerting.Channels.Http;
using System.IO.Compression;
using System.Net.Http.Headers;

namespace Holdfast.Alerting.Tests;

/// <summary>Answers of each receiver, and their meaning: signs of success, refusals, patience, and packed or odd bodies.</summary>
public sealed class ReceiverAnswerTests
{
    [Theory]
    [InlineData("slack", 200, "ok", "Delivered", "", false)]
    [InlineData("slack", 200, """{"ok":true,"ts":"1.2"}""", "Delivered", "", false)]
    [InlineData("slack", 200, """{"ok":false,"error":"not_authed"}""", "GiveUp", "AL-319", false)]
    [InlineData("slack", 200, """{"ok":false,"error":"msg_too_long"}""", "GiveUp", "AL-318", true)]
    [InlineData("slack", 200, """{"ok":false,"error":"ratelimited"}""", "TryAgain", "AL-320", false)]
    [InlineData("slack", 200, """{"ok":false,"error":"something_new"}""", "TryAgain", "AL-307", false)]
    [InlineData("slack", 200, "<html>proxy</html>", "TryAgain", "AL-307", false)]
    [InlineData("slack", 200, "", "TryAgain", "AL-307", false)]
    [InlineData("slack", 400, "invalid_payload", "GiveUp", "AL-318", true)]
    [InlineData("slack", 404, "no_service", "GiveUp", "AL-319", false)]
    [InlineData("slack", 500, "rollup_error", "TryAgain", "AL-320", false)]
    [InlineData("wecom", 200, """{"errcode":0}""", "Delivered", "", false)]
    [InlineData("wecom", 200, """{"errcode":40058,"errmsg":"text.content exceed max length 2048"}""", "GiveUp", "AL-318", true)]
    [InlineData("wecom", 200, """{"errcode":45009}""", "TryAgain", "AL-320", false)]
    [InlineData("wecom", 200, """{"errcode":93000}""", "GiveUp", "AL-319", false)]
    [InlineData("dingtalk", 200, """{"errcode":460101,"errmsg":"message too long"}""", "GiveUp", "AL-318", true)]
    [InlineData("dingtalk", 200, """{"errcode":130101}""", "TryAgain", "AL-320", false)]
    [InlineData("dingtalk", 200, """{"errcode":310000}""", "GiveUp", "AL-319", false)]
    [InlineData("feishu", 200, """{"StatusCode":0,"StatusMessage":"success"}""", "Delivered", "", false)]
    [InlineData("feishu", 400, """{"code":9499,"msg":"Bad Request"}""", "GiveUp", "AL-318", true)]
    [InlineData("feishu", 400, """{"code":11232,"msg":"frequency limited"}""", "TryAgain", "AL-320", false)]
    [InlineData("feishu", 200, """{"code":19024}""", "GiveUp", "AL-319", false)]
    [InlineData("pagerduty", 202, """{"status":"success"}""", "Delivered", "", false)]
    [InlineData("pagerduty", 200, """{"status":"invalid event"}""", "GiveUp", "AL-318", true)]
    [InlineData("pagerduty", 400, """{"status":"invalid event"}""", "GiveUp", "AL-318", true)]
    [InlineData("pagerduty", 200, """{"status":"failed"}""", "TryAgain", "AL-307", false)]
    [InlineData("alertmanager", 200, "", "Delivered", "", false)]
    [InlineData("alertmanager", 200, """{"status":"error","errorType":"bad_data"}""", "GiveUp", "AL-318", true)]
    [InlineData("alertmanager", 400, "\"bad\"", "GiveUp", "AL-318", true)]
    [InlineData("cloudevents", 200, """{"ok":false}""", "Delivered", "", false)]
    [InlineData(null, 413, "", "GiveUp", "AL-318", true)]
    [InlineData(null, 401, "", "GiveUp", "AL-303", false)]
    public async Task What_an_answer_means(string? preset, int status, string answer, string kind, string code, bool aboutMessage)
    {
        var (said, _) = await Exchange.Tell(preset, Firing(T0), answer, status);
        Assert.Equal((kind, aboutMessage), (said.Kind.ToString(), said.IsAboutMessage));
        Assert.StartsWith(code, said.Why);
    }

    [Theory]
    [InlineData("dingtalk", """{"errcode":130101}""", null, 600)]
    [InlineData("wecom", """{"errcode":45009}""", null, 60)]
    [InlineData("slack", """{"ok":false,"error":"ratelimited"}""", "90", 90)]
    [InlineData("slack", """{"ok":false,"error":"ratelimited"}""", "3", 30)]
    public async Task A_receiver_that_asks_for_patience_gets_its_wait(string preset, string answer, string? retryAfter, int seconds)
    {
        var (said, _) = await Exchange.Tell(preset, Firing(T0), answer, headers: response =>
        {
            if (retryAfter is not null)
            {
                response.Headers.RetryAfter = retryAfter;
            }
        });
        Assert.Equal(TimeSpan.FromSeconds(seconds), said.After);
    }

    [Fact]
    public void Every_receiver_has_its_manual_and_no_code_means_two_things() => Assert.All(Presets.All, preset =>
    {
        Assert.StartsWith("https://", preset.Manual);
        var codes = preset.Answer.Refused.Keys.Concat(preset.Answer.Closed.Keys).Concat(preset.Answer.Patience.Keys)
            .Concat(preset.Answer.Success.Select(s => s.Value).Distinct()).ToList();
        Assert.Equal(codes.Distinct(), codes);
    });

    private static byte[] Packed(string encoding, byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (Stream pack = encoding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Fastest),
            "br" => new BrotliStream(packed, CompressionLevel.Fastest),
            _ => new ZLibStream(packed, CompressionLevel.Fastest),
        })
        {
            pack.Write(bytes);
        }

        return packed.ToArray();
    }

    [Theory]
    [InlineData("gzip", "Delivered", "")]
    [InlineData("br", "Delivered", "")]
    [InlineData("deflate", "Delivered", "")]
    [InlineData("zstd", "TryAgain", "AL-324")]
    [InlineData("broken", "TryAgain", "AL-324")]
    public async Task A_packed_answer_is_unpacked_and_one_that_cannot_be_is_said_so(string encoding, string kind, string code)
    {
        var bytes = Packed(encoding, Encoding.UTF8.GetBytes("\ufeff{\"errcode\":0}"));
        await using var receiver = await Receiver.Start(async (context, _) =>
        {
            context.Response.Headers.ContentEncoding = encoding == "broken" ? "gzip" : encoding;
            await context.Response.Body.WriteAsync(encoding == "broken" ? "no gzip at all"u8.ToArray() : bytes, World.Cancel);
        });
        var channel = Webhook(receiver.Url);
        await using var open = Opened(channel with { Settings = channel.SettingsOf<WebhookSettings>() with { Preset = "wecom" } });
        var said = await open.Deliver(Notification(), World.Cancel);
        Assert.Equal(kind, said.Kind.ToString());
        Assert.StartsWith(code, said.Why);
        await using var plain = Opened(channel);
        Assert.Equal(AnswerKind.Delivered, (await plain.Deliver(Notification(), World.Cancel)).Kind);
    }

    [Fact]
    public void A_mark_of_byte_order_and_a_wrong_charset_do_not_hide_the_sign()
    {
        const string Json = """{"errcode":0,"errmsg":"成功"}""";
        static string? Code(byte[] bytes, string? type = null) => AnswerBody.Of(
            bytes, type is null ? null : MediaTypeHeaderValue.Parse(type)).Text("errcode");
        Assert.Equal("0", Code([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Json)]));
        Assert.Equal("0", Code([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Json)]));
        Assert.Equal("0", Code(Encoding.UTF8.GetBytes(Json), "text/plain; charset=utf-16"));
        Assert.Equal("0", Code(Encoding.UTF8.GetBytes(Json), "application/json; charset=nonsense"));
        var gbk = CodePagesEncodingProvider.Instance.GetEncoding("gbk")!;
        var inGbk = AnswerBody.Of(gbk.GetBytes(Json), MediaTypeHeaderValue.Parse("application/json; charset=gbk"));
        Assert.Equal("成功", inGbk.Text("errmsg"));
        Assert.Equal("0", Code(gbk.GetBytes(Json), "application/json"));
        Assert.Null(Code(Encoding.UTF8.GetBytes("[]")));
        Assert.Null(Code([]));
    }

    [Fact]
    public void Of_a_huge_answer_the_fields_that_were_read_count()
    {
        var filler = new string('x', AnswerBody.BytesMax);
        var huge = Encoding.UTF8.GetBytes($$"""{"errcode":0,"filler":"{{filler}}"}""");
        Assert.Equal("0", AnswerBody.Of(huge.AsSpan(0, AnswerBody.BytesMax), null).Text("errcode"));
        var late = Encoding.UTF8.GetBytes($$"""{"filler":"{{filler}}","errcode":0}""");
        Assert.Null(AnswerBody.Of(late.AsSpan(0, AnswerBody.BytesMax), null).Text("errcode"));
    }

    [Fact]
    public async Task A_message_that_is_refused_opens_no_circuit_and_a_channel_that_takes_nothing_does()
    {
        foreach (var (answer, circuit) in new[] { ("""{"errcode":40058}""", Circuit.Closed), ("""{"errcode":93000}""", Circuit.Open) })
        {
            await using var receiver = await Receiver.Start(200, answer);
            await using var world = new World();
            var channel = Webhook(receiver.Url);
            await world.Channels.Insert(channel.With<WebhookSettings>(s => s with { Preset = "wecom" }), World.Cancel);
            await world.StartReplica();
            for (var i = 0; i < Breaker.FailuresMax; i++)
            {
                await world.Raise(Firing(world.Time.GetUtcNow(), $"host-{i}"));
            }

            await world.Until(async () => (await world.AllDeliveries()) is { Count: Breaker.FailuresMax } all
                && all.All(d => d.DeadAt is not null) && (await world.ChannelHealth.Of("ops", World.Cancel)).Circuit == circuit);
            Assert.Equal(Breaker.FailuresMax, receiver.Heard.Count);
        }
    }
}
