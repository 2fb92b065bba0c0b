using Holdfast.Alerting.Channels.Email;

namespace Holdfast.Alerting.Tests;

[Trait("Category", "process")]
public sealed class EmailExam : ChannelExam
{
    internal override string Kind => "email";

    private protected override async Task<Examined> Arrange(Behaviour behaviour)
    {
        if (behaviour is Behaviour.Hangs or Behaviour.SaysGarbage)
        {
            var wrong = new WrongServer(behaviour == Behaviour.SaysGarbage);
            return new Examined(Definition(wrong.Port, "oncall"), new Ends(wrong), () => 0);
        }

        var server = await SmtpServer.Start("--auth", "holdfast", Secret);
        var definition = Definition(server.Port, behaviour == Behaviour.IsAway ? "later" : "oncall");
        return new Examined(
            behaviour != Behaviour.RefusesForGood ? definition
                : definition with { Settings = definition.SettingsOf<EmailSettings>() with { Password = Secret + "-of-another" } },
            server, () => server.Taken.Count);
    }

    private static ChannelDefinition Definition(int port, string to) => EmailTests.Channel(port, s => s with
    {
        To = [$"{to}@example.com"], Username = "holdfast", Password = Secret, TimeoutSeconds = 10,
    });

    private sealed class Ends(IDisposable what) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            what.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
