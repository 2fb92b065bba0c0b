namespace Holdfast.Tidy.Tests;

/// <summary>A thing that two places know is one day changed in one of them only; these are known in one.</summary>
public sealed partial class OnePlaceTests
{
    /// <summary>The publishing step, what it stands on, and the probe that asks whether the broker answers at all.</summary>
    private static readonly string[] PublishingStep =
    [
        "platform/Bus/MessagePublisher.cs", "platform/Bus/LimitedPublish.cs", "platform/Bus/Republisher.cs", "platform/Bus/BusProbe.cs",
    ];

    [Fact]
    public void Messages_leave_through_the_publishing_step_only() => Tree.None(
        "Take a MessagePublisher: it has a limit for each message, and knows what becomes of one that no queue takes:",
        from file in Programs.Except(PublishingStep)
        from line in Tree.Lines(file)
        where PastTheStep().IsMatch(line.Line)
        select $"{file}:{line.Number}: {line.Line.Trim()}");

    [Theory]
    [InlineData("Gate(Desired desired, IBus bus, TimeProvider time)", true)]
    [InlineData("await provider.GetRequiredService<IPublishEndpoint>().Publish(batch, cancel);", true)]
    [InlineData("await context.GetSendEndpoint(address);", true)]
    [InlineData("ISendEndpointProvider endpoints", true)]
    [InlineData("await context.Publish(sent, cancel);", true)]
    [InlineData("bus.PublishWithin(alert, Max, time, cancel)", true)]
    [InlineData("void AddConsumers(IBusRegistrationConfigurator bus, Settings settings)", false)]
    [InlineData("await publisher.Publish(sent, cancel);", false)]
    public void A_way_past_the_publishing_step_is_found(string line, bool isPast) => Assert.Equal(isPast, PastTheStep().IsMatch(line));

    [Fact]
    public void A_service_declares_its_collections_in_one_file() => Tree.None(
        "Put these beside the others that the service owns, in its …Collections.cs:",
        from file in Programs
        where file.StartsWith("services/", StringComparison.Ordinal)
        from declared in DeclaredCollection().Matches(Tree.Text(file))
        group (File: file, Name: declared.Groups["name"].Value) by file.Split('/')[1] into service
        where service.DistinctBy(d => d.File, StringComparer.Ordinal).Count() > 1
        from declared in service
        select $"{declared.File}: {declared.Name}");

    [Theory]
    [InlineData("Collection<ChannelHealth> ChannelHealths { get; } = new(\"alerting.channel-health\", 1, h => h.Channel);", true)]
    [InlineData("new Collection<StoreSecret>(\"store_manager.secrets\", 1, s => s.Id)", true)]
    [InlineData("new Collection<FormKey>(\n    \"console.keys\", 12, key => key.Id)", true)]
    [InlineData("new HostedModules(\"console.keys\", name)", false)]
    public void A_declaration_of_a_collection_is_found(string text, bool isOne) =>
        Assert.Equal(isOne, DeclaredCollection().IsMatch(text));

    [Fact]
    public void Nobody_can_take_another_s_place_as_a_listener() => Tree.None(
        "Make these events: a property holds the last that was set, and whoever was set before is told nothing any more:",
        from file in Programs
        where file.StartsWith("services/", StringComparison.Ordinal) || file.StartsWith("platform/", StringComparison.Ordinal)
            || file.StartsWith("stores/", StringComparison.Ordinal)
        from line in Tree.Lines(file)
        where SetCallback().IsMatch(line.Line)
        select $"{file}:{line.Number}: {line.Line.Trim()}");

    [Theory]
    [InlineData("internal Action? Noted { get; set; }", true)]
    [InlineData("public Action<IReadOnlyList<string>, int>? Written { get; internal set; }", true)]
    [InlineData("internal Func<string?, bool> IsKnown { get; set; } = static _ => false;", true)]
    [InlineData("internal Func<string> NewId { get; init; } = Guids.New;", false)]
    [InlineData("internal event Action? Noted;", false)]
    public void A_callback_that_can_be_set_is_found(string line, bool isOne) => Assert.Equal(isOne, SetCallback().IsMatch(line));

    /// <summary>Sources of what runs: no test and no measurement.</summary>
    private static IEnumerable<string> Programs => Tree.Sources.Where(f =>
        !f.StartsWith("tests/", StringComparison.Ordinal) && !f.StartsWith("bench/", StringComparison.Ordinal));

    [GeneratedRegex(@"new\s*(?:Collection<\w+>)?\(\s*""(?<name>[a-z_-]+\.[a-z_-]+)"",\s*\d+,")]
    private static partial Regex DeclaredCollection();

    [GeneratedRegex(@"\b(Action|Func)\b\S*( \S+)* \w+ \{ get; (\w+ )?set; \}")]
    private static partial Regex SetCallback();

    [GeneratedRegex(@"\bIBus\b|\bI(Publish|Send)Endpoint(Provider)?\b|\b(Publish|Say)Within\b|\bLimitedPublish\b"
        + @"|\bGetSendEndpoint\b|\b(context|bus)\.(Publish|Send|Respond(Async)?)(<\w+>)?\(")]
    private static partial Regex PastTheStep();
}
