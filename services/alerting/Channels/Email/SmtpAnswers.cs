using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Holdfast.Alerting.Channels.Email;

/// <summary>
/// Says what a failure to send means: 4xx and whatever the network does is tried again, 5xx is final, with the server's words. Pure.
/// </summary>
internal static class SmtpAnswers
{
    private const int SaidMax = 300;

    internal static ChannelAnswer Of(Exception error, string server) => Chain(error).OfType<CertificateRefusedException>().FirstOrDefault()
        is { } certificate ? ChannelAnswer.TryAgain($"AL-361 {server}: its certificate is refused: {certificate.Message}")
        : error switch
        {
            ForbiddenTargetException refused => ChannelAnswer.GiveUp($"AL-308 {refused.Message}; set allowLinkLocal if it is meant"),
            AuthenticationException when Chain(error).OfType<SmtpCommandException>().FirstOrDefault() is { } said => SignIn(said, server),
            AuthenticationException => ChannelAnswer.GiveUp($"AL-345 {server} refused user or password: {Cut(error.Message)}"),
            SmtpCommandException said => Of(said, server),
            SslHandshakeException => ChannelAnswer.TryAgain(
                $"AL-346 {server}: no TLS connection came about; tls is for ports that speak it from the first byte, else use starttls"),
            NotSupportedException => ChannelAnswer.TryAgain(
                $"AL-346 {server} does not offer what the channel asks of it: {Cut(error.Message)}"),
            SmtpProtocolException => ChannelAnswer.TryAgain(
                $"AL-341 what {server} speaks is no SMTP, or it ended the connection: {Cut(error.Message)}"),
            _ => ChannelAnswer.TryAgain($"AL-341 {server} cannot be asked: {Cause(error)}"),
        };

    private static ChannelAnswer Of(SmtpCommandException error, string server)
    {
        var reply = new SmtpReply((int)error.StatusCode, Cut(error.Message));
        var who = error.Mailbox is { } mailbox ? $" ({mailbox.Address})" : "";
        return reply.Code < 500 ? ChannelAnswer.TryAgain($"AL-342 {server} did not take it now{who}: {reply}")
            : error.ErrorCode is SmtpErrorCode.MessageNotAccepted
                ? ChannelAnswer.Refuse($"AL-344 {server} refused this message for good: {reply}")
            : ChannelAnswer.GiveUp($"AL-343 {server} takes nothing from this channel{who}: {reply}");
    }

    private static ChannelAnswer SignIn(SmtpCommandException error, string server)
    {
        var reply = new SmtpReply((int)error.StatusCode, Cut(error.Message));
        return reply.IsForLater ? ChannelAnswer.TryAgain($"AL-342 {server} did not sign the channel in now: {reply}")
            : ChannelAnswer.GiveUp($"AL-345 {server} refused user or password: {reply}");
    }

    private static IEnumerable<Exception> Chain(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException!)
        {
            yield return inner;
        }
    }

    private static string Cause(Exception error) => Chain(error).OfType<SocketException>().FirstOrDefault() is { } socket
        ? socket.SocketErrorCode.ToString() : "the connection broke";

    private static string Cut(string said) =>
        TextFit.Cut(said.ReplaceLineEndings(" ").Trim(), TextTail.None, new(SaidMax, TextUnit.Characters), Markup.None);
}
