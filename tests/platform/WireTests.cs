using Holdfast.Platform.Bus;

namespace Holdfast.Platform.Tests;

public sealed class WireTests
{
    /// <summary>As MassTransit has it before anything is said to it.</summary>
    private static readonly JsonSerializerOptions Indenting = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    [Fact]
    public void A_message_has_no_spaces_that_every_reader_would_have_to_skip() =>
        Assert.Equal("""{"hosts":["h1","h2"]}""", JsonSerializer.Serialize(
            new { Hosts = new[] { "h1", "h2" } }, BusRegistration.Wire(new JsonSerializerOptions(Indenting))));

    [Fact]
    public void Names_that_are_read_twice_are_one_object()
    {
        var options = BusRegistration.Wire(new JsonSerializerOptions(Indenting));
        var read = JsonSerializer.Deserialize<string[]>("""["a host of the fleet", "a host of the fleet"]""", options)!;
        Assert.Same(read[0], read[1]);
    }

    [Fact]
    public void What_an_older_program_has_indented_is_read_as_ever() =>
        Assert.Equal(["h1"], JsonSerializer.Deserialize<string[]>("[\n  \"h1\"\n]", BusRegistration.Wire(new(Indenting)))!);
}
