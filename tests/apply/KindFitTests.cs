namespace Holdfast.Apply.Tests;

public sealed class KindFitTests
{
    /// <summary>Each kind of the source with the other kinds of a sink that take all of its values; no others do.</summary>
    private static readonly Dictionary<ValueKind, ValueKind[]> Taken = new()
    {
        [ValueKind.Bool] = [ValueKind.Int64, ValueKind.UInt64, ValueKind.Decimal, ValueKind.Bit],
        [ValueKind.Int64] = [ValueKind.Decimal],
        [ValueKind.UInt64] = [ValueKind.Decimal],
        [ValueKind.Float32] = [ValueKind.Float64],
        [ValueKind.Date] = [ValueKind.DateTime],
        [ValueKind.Enum] = [ValueKind.Text],
        [ValueKind.Set] = [ValueKind.Text],
        [ValueKind.Json] = [ValueKind.Text],
        [ValueKind.Uuid] = [ValueKind.Text],
        [ValueKind.Unknown] = [ValueKind.Text],
    };

    [Fact]
    public void A_kind_takes_itself_and_those_that_lose_nothing_in_it()
    {
        foreach (var source in Enum.GetValues<ValueKind>())
        {
            Assert.Equal(Enum.GetValues<ValueKind>().Where(sink => sink == source || Taken.GetValueOrDefault(source, []).Contains(sink)),
                Enum.GetValues<ValueKind>().Where(sink => KindFit.Fits(source, sink)));
        }
    }
}
