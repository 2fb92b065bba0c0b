using System.Buffers;
using Holdfast.Contracts;

namespace Holdfast.Platform.Tests.Http;

public sealed class BodyRulesTests
{
    [Theory]
    [InlineData("""{"name":"a b","n":[1,-2.5,1e308],"deep":{"x":null,"y":[]}}""")]
    [InlineData("""{"name":"Ω\u0001\ud83d\ude00😀"}""")]
    [InlineData("null")]
    [InlineData("""[{"a":1,"A":{"a":2}},{"a":1}]""")]
    public void What_every_store_can_keep_is_taken(string json) => Assert.Null(Check(json));

    [Theory]
    [InlineData("""{"a":{"b":"x\u0000"}}""", "a.b", "x\uFFFD", "NUL")]
    [InlineData("""[{"tags":["x","\ud800"]}]""", "[0].tags[1]", "\\ud800", "half a character")]
    [InlineData("""{"a":"\udc00\ud800"}""", "a", "\\udc00\\ud800", "half a character")]
    [InlineData("""{"\ud800":1}""", "body", null, "half a character")]
    [InlineData("""{"n":1e400}""", "n", "1e400", "1.7e308")]
    [InlineData("""{"n":[1,-1e309]}""", "n[1]", "-1e309", "1.7e308")]
    [InlineData("""{"taskTags":[null]}""", "taskTags[0]", "null", "must not be null")]
    [InlineData("""{"a":[{"x":1},{"x":1,"y":{"x":2},"x":3}]}""", "a[1].x", "x", "once")]
    [InlineData("""[[],[1,null]]""", "[1][1]", "null", "must not be null")]
    public void What_no_store_can_keep_is_named_by_field_value_and_rule(string json, string field, string? value, string rule)
    {
        var fault = Check(json);
        Assert.Equal((field, value), (fault?.Field, fault?.Value));
        Assert.Contains(rule, fault!.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_may_be_given_twice_where_the_reader_says_so_itself() =>
        Assert.Null(BodyRules.Check(new ReadOnlySequence<byte>("""{"a":1,"a":2}"""u8.ToArray()), mayNameTwice: true));

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_refused_wherever_they_are_cut_into_pieces()
    {
        byte[] json = [.. """{"a":"x"""u8, 0xff, .. "\"}"u8];
        for (var cut = 0; cut <= json.Length; cut++)
        {
            var last = new Piece(json.AsMemory(cut), cut);
            var first = new Piece(json.AsMemory(0, cut), 0, last);
            var fault = BodyRules.Check(new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length));
            Assert.Equal("a", fault?.Field);
        }
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_body_is_nested_64_deep_at_most(int depth, bool isTaken)
    {
        var json = new string('[', depth) + new string(']', depth);
        Assert.Equal(isTaken, Record.Exception(() => Check(json)) is not JsonException);
    }

    private static FieldFault? Check(string json) => BodyRules.Check(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)));

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        internal Piece(ReadOnlyMemory<byte> memory, long before, Piece? next = null) =>
            (Memory, RunningIndex, Next) = (memory, before, next);
    }
}
