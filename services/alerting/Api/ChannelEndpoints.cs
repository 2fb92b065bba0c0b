using Holdfast.Alerting.Channels;
using Holdfast.Alerting.Deliver;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Alerting.Api;

internal static class ChannelEndpoints
{
    internal static void MapChannels(this IEndpointRouteBuilder routes)
    {
        var channels = routes.MapGroup("/api/v1/channels").WithTags("channels");
        channels.MapGet("", List).WithSummary("All channels; secrets are shown as '…'.")
            .Produces<ListPage<ChannelDefinition>>();
        channels.MapPost("", Create)
            .WithSummary("Adds a channel, once a test message went through it; force=true adds it without.")
            .Produces<ChannelDefinition>(201).ProducesProblem(400).ProducesProblem(401).ProducesProblem(409)
                .ProducesProblem(422);
        channels.MapPost("/test", Test)
            .WithSummary("Sends a test message through this definition and says how it went. Saves nothing.")
            .Produces<ChannelTest>().ProducesProblem(400).ProducesProblem(401);
        channels.MapPost("/route", Route).Accepts<RaisedAlert>("application/json")
            .WithSummary("Which channels such an alert would reach, and why or why not. Sends and saves nothing.")
            .Produces<RehearsalAnswer>().ProducesProblem(400).ProducesProblem(401);
        channels.MapGet("/health", Health)
            .WithSummary("Which channels take alerts: circuit, failures in a row, next probe, last success; what waits, what was given up.")
            .Produces<ListPage<ChannelStanding>>();
        channels.MapGet("/schema", () => Results.Ok(new ListPage<ChannelKindView>(ChannelSchema.All, null)))
            .WithSummary("The kinds of channels, and of each the fields of its settings: type, label, default, bounds, choices.")
            .Produces<ListPage<ChannelKindView>>();
        foreach (var kind in ChannelKinds.All)
        {
            kind.Map(channels);
        }

        channels.MapGet("/{name}", Get).WithSummary("One channel; secrets are shown as '…'.")
            .Produces<ChannelDefinition>().ProducesProblem(404);
        channels.MapPut("/{name}", Change)
            .WithSummary(
                "Changes a channel, once a test message went through it. A secret given as '…' stays, as long as the target does.")
            .Produces<ChannelDefinition>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(404)
                .ProducesProblem(409).ProducesProblem(422);
        channels.MapPost("/{name}/test", TestSaved).WithSummary("Sends a test message through a saved channel and says how it went.")
            .Produces<ChannelTest>().ProducesProblem(401).ProducesProblem(404);
        channels.MapPost("/{name}/enable", SwitchOn).WithSummary("Switches a channel on.")
            .Produces<ChannelDefinition>().ProducesProblem(401).ProducesProblem(404).ProducesProblem(409);
        channels.MapPost("/{name}/disable", SwitchOff)
            .WithSummary("Switches a channel off; what waits for it is kept for a day.")
            .Produces<ChannelDefinition>().ProducesProblem(401).ProducesProblem(404).ProducesProblem(409);
        channels.MapDelete("/{name}", Delete)
            .WithSummary("Deletes a channel that nothing waits for and that is nobody's fallback; force=true deletes it all the same.")
            .Produces(204).ProducesProblem(401)
                .ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> List(ChannelDirectory directory, CancellationToken cancel) =>
        Results.Ok(new ListPage<ChannelDefinition>(await directory.All(cancel), null));

    private static async Task<IResult> Get(string name, ChannelDirectory directory, CancellationToken cancel) =>
        (await directory.Find(name, cancel)).ToResult();

    private static async Task<IResult> Create(
        ChannelDefinition given, bool? force, ChannelDirectory directory, DeliveryLoop loop, CancellationToken cancel)
    {
        var created = await directory.Create(given, force ?? false, cancel);
        loop.HurryForChannels();
        return created.ToResult(channel =>
            Results.Created($"/api/v1/channels/{Uri.EscapeDataString(channel.Name)}", channel));
    }

    private static async Task<IResult> Test(ChannelDefinition given, ChannelDirectory directory,
        CancellationToken cancel) =>
        (await directory.Test(given with { Name = given.Name.Length == 0 ? "test" : given.Name }, cancel)).ToResult();

    private static async Task<IResult> Change(
        string name, ChannelDefinition given, bool? force, ChannelDirectory directory, DeliveryLoop loop,
            CancellationToken cancel)
    {
        var changed = await directory.Change(name, given, force ?? false, cancel);
        loop.HurryForChannels();
        return changed.ToResult();
    }

    private static async Task<IResult> Delete(
        string name, bool? force, ChannelDirectory directory, DeliveryLoop loop, CancellationToken cancel)
    {
        var fault = await directory.Delete(name, force ?? false, cancel);
        loop.HurryForChannels();
        return fault?.ToResult() ?? Results.NoContent();
    }

    private static async Task<IResult> TestSaved(string name, ChannelDirectory directory, CancellationToken cancel) =>
        (await directory.TestSaved(name, cancel)).ToResult();

    private static Task<IResult> SwitchOn(string name, ChannelDirectory directory, DeliveryLoop loop, CancellationToken cancel) =>
        Switch(name, true, directory, loop, cancel);

    private static Task<IResult> SwitchOff(string name, ChannelDirectory directory, DeliveryLoop loop, CancellationToken cancel) =>
        Switch(name, false, directory, loop, cancel);

    private static async Task<IResult> Switch(
        string name, bool enabled, ChannelDirectory directory, DeliveryLoop loop, CancellationToken cancel)
    {
        var switched = await directory.Switch(name, enabled, cancel);
        loop.HurryForChannels();
        return switched.ToResult();
    }

    private static async Task<IResult> Route(
        HttpRequest request, Rehearsal rehearsal, TimeProvider time, CancellationToken cancel)
    {
        var given = RaisedAlert.Read(await request.ReadJson(cancel), time.GetUtcNow(), Problems.Malformed);
        return given.Fault is { } fault ? fault.ToResult() : Results.Ok(await rehearsal.Play(given.Value![0], cancel));
    }

    private static async Task<IResult> Health(ChannelStandings standings, CancellationToken cancel) =>
        Results.Ok(new ListPage<ChannelStanding>(await standings.All(cancel), null));
}
