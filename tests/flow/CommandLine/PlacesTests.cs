namespace Holdfast.Flow.Tests.CommandLine;

/// <summary>The options that name the run stand anywhere in the line, and never mean nothing.</summary>
public sealed class PlacesTests
{
    private static IEnumerable<string> Errors(string line) =>
        Program.Commands().Parse([.. HelpTests.Words(line)]).Errors.Select(e => e.Message);

    [Theory]
    [InlineData("--server http://a:1 hosts")]
    [InlineData("hosts --server http://a:1")]
    [InlineData("--server http://a:1 tasks stop orders")]
    [InlineData("tasks --server http://a:1 stop orders")]
    [InlineData("tasks stop --server http://a:1 orders")]
    [InlineData("tasks stop orders --server http://a:1")]
    [InlineData("config --data d get")]
    [InlineData("--tls-ca ca.pem --data d config get leaseSec")]
    [InlineData("alerts dead-letters --server http://a:1 resend")]
    [InlineData("--data d kill h1")]
    public void They_are_taken(string line) => Assert.Equal([], Errors(line));

    [Theory]
    [InlineData("--server http://a:1 kill h1", "'kill' has no use for --server.")]
    [InlineData("--server http://a:1 replay data", "'replay' has no use for --server.")]
    [InlineData("--data d run", "--data of 'run' stands after it.")]
    [InlineData("upgrade --server http://a:1 status", "'status' has no use for --server.")]
    public void A_command_that_has_no_use_for_one_says_so(string line, string error) => Assert.Equal([error], Errors(line));
}
