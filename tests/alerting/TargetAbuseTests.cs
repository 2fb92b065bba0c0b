using System.IO.Compression;

namespace Holdfast.Alerting.Tests;

/// <summary>Receivers, and addresses of receivers, that mean harm.</summary>
public sealed class TargetAbuseTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task No_redirect_leads_a_message_to_an_address_of_metadata_or_anywhere(int status)
    {
        await using var elsewhere = await Receiver.Start(200);
        foreach (var target in (string[])["http://169.254.169.254/latest/meta-data/iam", elsewhere.Url])
        {
            await using var receiver = await Receiver.Start(status, "", r => r.Headers.Location = target);
            var answer = await Tell(receiver.Url);
            Assert.Equal((AnswerKind.GiveUp, "AL-306"), (answer.Kind, answer.Why[..6]));
            Assert.Single(receiver.Heard);
        }

        Assert.Empty(elsewhere.Heard);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("http://2852039166/latest")]
    [InlineData("http://0xA9FEA9FE/latest")]
    [InlineData("http://0251.0376.0251.0376/latest")]
    [InlineData("http://169.254.43518/latest")]
    [InlineData("http://[::ffff:169.254.169.254]/latest")]
    [InlineData("http://[fe80::1]/latest")]
    [InlineData("http://[fd00:ec2::254]/latest")]
    [InlineData("http://100.100.100.200/latest")]
    [InlineData("http://0.0.0.0:9/")]
    public async Task An_address_of_metadata_is_one_however_it_is_written(string url)
    {
        var answer = await Tell(url);
        Assert.Equal((AnswerKind.GiveUp, "AL-308"), (answer.Kind, answer.Why[..6]));
    }

    [Fact]
    public async Task An_answer_that_unpacks_to_a_quarter_of_a_gigabyte_costs_what_is_read_of_it()
    {
        var bomb = Bomb();
        Assert.InRange(bomb.Length, 1, 4 << 20);
        await using var receiver = await Receiver.Start(async (context, _) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(bomb, context.RequestAborted);
        });
        var before = GC.GetTotalAllocatedBytes();
        var answer = await Tell(receiver.Url);
        Assert.Equal((AnswerKind.Delivered, 1024), (answer.Kind, answer.Excerpt!.Length));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 64L << 20);
    }

    [Theory]
    [InlineData("X-A", "a\r\nX-Injected: 1")]
    [InlineData("X-A", "a\nX-Injected: 1")]
    [InlineData("X-A", "a\0b")]
    [InlineData("X-A\r\nX-Injected", "1")]
    [InlineData("X A", "1")]
    [InlineData("", "1")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Content-Length", "1")]
    [InlineData("Host", "evil.example")]
    public void A_header_that_would_be_more_than_one_or_another_s_is_refused_by_name(string name, string value)
    {
        var channel = Webhook();
        channel = channel.With<WebhookSettings>(s => s with { Headers = new Dictionary<string, string> { [name] = value } });
        Assert.Contains(ChannelRules.Broken(channel), f => f.Field.StartsWith("webhook.headers", StringComparison.Ordinal));
    }

    private static async Task<ChannelAnswer> Tell(string url)
    {
        await using var channel = Opened(Webhook(url));
        return await channel.Deliver(Notification(), World.Cancel).WaitAsync(Limit, TimeProvider.System);
    }

    /// <summary>A quarter of a gigabyte of one letter.</summary>
    private static byte[] Bomb()
    {
        using var packed = new MemoryStream();
        using (var pack = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var part = System.Text.Encoding.ASCII.GetBytes(new string('x', 1 << 20));
            for (var i = 0; i < 256; i++)
            {
                pack.Write(part);
            }
        }

        return packed.ToArray();
    }
}
