using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Serilog.Events;

namespace Holdfast.Platform.Tests;

public sealed class RequestLogTests
{
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(200, 0.001, false, false, false)]
    [InlineData(399, 2, false, false, false)]
    [InlineData(200, 2.001, false, false, true)]
    [InlineData(200, 29, true, false, false)]
    [InlineData(400, 0.001, false, false, true)]
    [InlineData(503, 0.001, true, false, true)]
    [InlineData(503, 9, false, true, false)]
    public void A_request_is_a_finding_when_it_failed_or_was_slower_than_it_should_be(
        int status, double seconds, bool holds, bool aborted, bool isFinding) =>
        Assert.Equal(isFinding, RequestLogLevel.IsFinding(status, TimeSpan.FromSeconds(seconds), holds, aborted));

    [Fact]
    public void Of_ten_thousand_hosts_that_are_refused_at_once_ten_are_logged_and_ten_more_when_a_while_has_passed()
    {
        var level = new RequestLogLevel(_time);
        Assert.Equal(RequestLogLevel.WarningsMax, Warnings(level, 10_000, "/api/v1/heartbeats", 503));
        _time.Advance(RequestLogLevel.Window - TimeSpan.FromTicks(1));
        Assert.Equal(0, Warnings(level, 10, "/api/v1/heartbeats", 503));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(RequestLogLevel.WarningsMax, Warnings(level, 100, "/api/v1/heartbeats", 503));
    }

    [Fact]
    public void What_is_refused_elsewhere_or_otherwise_is_logged_all_the_same()
    {
        var level = new RequestLogLevel(_time);
        Warnings(level, 100, "/api/v1/heartbeats", 503);
        Assert.Equal(1, Warnings(level, 1, "/api/v1/heartbeats", 400));
        Assert.Equal(1, Warnings(level, 1, "/api/v1/tasks", 503));
    }

    [Theory]
    [InlineData("GET", "/api/v1/tasks/{id}", 0)]
    [InlineData("POST", "/api/v1/tasks/{id}/start", 1)]
    [InlineData("GET", "", 1)]
    public void That_something_is_not_there_is_an_answer_to_who_asks_for_it_and_a_failure_elsewhere(
        string method, string route, int warnings)
    {
        var context = Context(route, 404);
        context.Request.Method = method;
        Assert.Equal(
            warnings == 1 ? LogEventLevel.Warning : LogEventLevel.Debug, new RequestLogLevel(_time).Of(context, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("/api/v1/tasks/t1", "", "/api/v1/tasks/t1")]
    [InlineData("/health/ready", "", "/health/ready")]
    [InlineData("/setup", "setup", "setup")]
    [InlineData("/anything/secret", "", "elsewhere")]
    [InlineData("/api/v1/a\nFTL forged", "", "/api/v1/a?FTL forged")]
    public void A_path_is_shown_in_one_line_and_only_where_it_names_nothing_secret(string path, string route, string shown)
    {
        var context = Context(route, 200);
        context.Request.Path = new PathString(path);
        context.Request.QueryString = new QueryString("?key=unspeakable");
        Assert.Equal(shown, RequestLogging.PathOf(context));
    }

    [Fact]
    public void A_path_is_shown_up_to_a_length()
    {
        var context = Context("", 200);
        context.Request.Path = new PathString("/api/" + new string('x', 5000));
        Assert.Equal(200, RequestLogging.PathOf(context).Length);
    }

    private static int Warnings(RequestLogLevel level, int requests, string route, int status) => Enumerable.Range(0, requests)
        .Count(_ => level.Of(Context(route, status), TimeSpan.FromMilliseconds(1)) == LogEventLevel.Warning);

    private static DefaultHttpContext Context(string route, int status)
    {
        var context = new DefaultHttpContext();
        context.Response.StatusCode = status;
        if (route.Length > 0)
        {
            context.SetEndpoint(new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse(route), 0, null, null));
        }

        return context;
    }
}
