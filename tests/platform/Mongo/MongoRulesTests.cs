using Holdfast.Stores.Mongo;

namespace Holdfast.Platform.Tests.Mongo;

public sealed class MongoRulesTests
{
    private static readonly Guid Mine = Guid.Parse("00000000-0000-7000-8000-000000000001");
    private static readonly Guid Other = Guid.Parse("00000000-0000-7000-8000-000000000002");

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"a":null,"b":[1,[],{"c":true}],"d":"\u0000 ü \ud83e\udd8a"}""")]
    [InlineData("""{"$date":"x","a.b":1,"%":2,"%24":3,"\u0000":4,"":5}""")]
    [InlineData("""{"long":9223372036854775807,"least":-9223372036854775808,"tiny":5E-324,"half":0.5,"whole":2}""")]
    public void A_document_comes_back_as_it_was(string json)
    {
        using var document = JsonDocument.Parse(json);
        using var back = new MemoryStream();
        using (var writer = new Utf8JsonWriter(back))
        {
            StoredBson.Give(StoredBson.Keep(document.RootElement), writer);
        }

        using var again = JsonDocument.Parse(Encoding.UTF8.GetString(back.ToArray()));
        Assert.True(JsonElement.DeepEquals(document.RootElement, again.RootElement), Encoding.UTF8.GetString(back.ToArray()));
    }

    public static TheoryData<long, bool, long?, bool, string> Lost() => new()
    {
        { 0, false, null, false, nameof(WriteOutcome.Unknown) },
        { 0, false, 1, true, nameof(WriteOutcome.Done) },
        { 0, false, 1, false, nameof(WriteOutcome.Unknown) },
        { 3, false, 3, false, nameof(WriteOutcome.Again) },
        { 3, false, 4, true, nameof(WriteOutcome.Done) },
        { 3, false, 4, false, nameof(WriteOutcome.Lost) },
        { 3, false, 5, false, nameof(WriteOutcome.Unknown) },
        { 3, false, 2, false, nameof(WriteOutcome.Unknown) },
        { 3, false, null, false, nameof(WriteOutcome.Unknown) },
        { 3, true, null, false, nameof(WriteOutcome.Unknown) },
        { 3, true, 3, false, nameof(WriteOutcome.Again) },
        { 3, true, 4, false, nameof(WriteOutcome.Unknown) },
    };

    [Theory]
    [MemberData(nameof(Lost))]
    public void What_a_lost_answer_was_is_told_by_the_document_or_not_at_all(
        long expected, bool deletes, long? version, bool named, string outcome) => Assert.Equal(
            outcome,
            $"{LostAnswer.Decide(Mine, expected, deletes, version is { } v ? (v, [named ? Mine : Other]) : null)}");

    [Fact]
    public void Conditions_are_of_native_documents()
    {
        var query = DocumentQuery<Specimen>.All.Where(s => s.Region, Match.Equal, "eu").Where(s => s.Load, Match.Less, 3);
        Assert.Equal(
            BsonDocument.Parse("""{ $and: [{ "d.region": { $eq: "eu" } }, { "d.load": { $lt: NumberLong(3) } }] }"""),
            MongoTerms.Where(Specimen.Collection(), query));
    }

    [Theory]
    [InlineData("mongodb://u:secret@h:27017/db", true)]
    [InlineData("mongodb://u:secret@h:27017", false)]
    [InlineData("mongodb://u:secret@h:x/db", false)]
    public void An_address_names_a_database(string address, bool taken)
    {
        var whyNot = new MongoProvider().WhyNot(new StoreAddress(address));
        Assert.Equal(taken, whyNot is null);
        Assert.DoesNotContain("secret", whyNot ?? "");
    }
}
