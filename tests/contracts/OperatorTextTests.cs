namespace Holdfast.Contracts.Tests;

/// <summary>Bounds of what people send with an order; each service keeps these.</summary>
public sealed class OperatorTextTests
{
    [Theory]
    [InlineData(64, 500, true)]
    [InlineData(65, 501, false)]
    [InlineData(1, 1, true)]
    [InlineData(0, 0, false)]
    public void A_name_and_a_reason_have_their_bounds_and_say_them(int user, int reason, bool holds)
    {
        var (name, why) = (new string('u', user), new string('r', reason));
        FieldFault?[] faults = [OperatorText.BadUser(name), OperatorText.BadReason(why)];
        FieldFault?[] expected = holds ? [null, null] :
        [
            new("X-Holdfast-User", name, "must be 1 to 64 printable characters"),
            new("reason", why, "must be 1 to 500 printable characters"),
        ];
        Assert.Equal(expected, faults);
    }

    [Fact]
    public void Nobody_has_to_say_who_and_why() =>
        Assert.Equal((null, null), (OperatorText.BadUser(null), OperatorText.BadReason(null)));

    [Theory]
    [InlineData("a b", true)]
    [InlineData("机房断电 – é", true)]
    [InlineData("  ", false)]
    [InlineData("a\tb", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\u0085b", false)]
    [InlineData("a\u202eb", false)]
    [InlineData("a\u2028b", false)]
    [InlineData("a\u2029b", false)]
    public void A_text_can_be_read_whole(string text, bool holds) => Assert.Equal(holds, OperatorText.IsText(text, 9));

    public static TheoryData<string?[]?, bool> Commands => new()
    {
        { null, false }, { [], false }, { [""], false }, { [null], false }, { ["a"], true }, { ["a", ""], true }, { ["a", null], false },
        { ["a", "b\0"], false }, { [new string('a', 4096)], true }, { ["a", new string('a', 4097)], false },
        { [.. Enumerable.Repeat("a", 256)], true }, { [.. Enumerable.Repeat("a", 257)], false },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_is_an_argument_vector_within_bounds(string?[]? command, bool holds) =>
        Assert.Equal(holds, OperatorText.IsCommand(command!));
}
