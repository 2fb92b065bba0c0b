namespace Holdfast.Tidy.Tests;

/// <summary>A class that takes more than five collaborators does more than one thing; a test of it has to make all of them.</summary>
public sealed class DependenciesTests
{
    private const int Max = 5;

    private static readonly string[] Folders = ["services/", "platform/", "agents/", "apps/", "stores/", "components/"];

    /// <summary>They are not looked at, but their records and enums are values for those who are.</summary>
    private static readonly string[] Values = ["rules/", "contracts/", "fleet/"];

    /// <summary>Read once: there are more than a thousand files.</summary>
    private static readonly Lazy<Dependencies> Ours = new(() => new Dependencies(
        Tree.Sources.Where(f => IsBelow(f, Folders) || IsBelow(f, Values)).Select(f => (f, Tree.Text(f)))));

    [Fact]
    public void No_class_takes_more_than_five_dependencies() => Tree.None(
        $"A constructor takes at most {Max} collaborators; values, clocks, loggers and tokens do not count. Ask one that has the others, "
        + "give stages as one list, hand to a method what it alone needs, or split a job off; a record that hides them is none of these:",
        Large(Ours.Value).Select(l => $"{l.File}: {l.Name[(l.Name.IndexOf(' ') + 1)..]} takes "
            + $"{l.Taken.Count}: {string.Join(", ", l.Taken)}"));

    [Theory]
    [InlineData("class C(A a, A b, A c, A d, A e);", 5)]
    [InlineData("class C(A a, A b, A c, A d, A e, A f);", 6)]
    [InlineData("class C { C(A a) {} internal C(A a, A b, A c, A d, A e, A f) {} static C() {} }", 6)]
    [InlineData("class O { class C(A a, A b); }", 2)]
    [InlineData("class C(A a, string s, int? n, System.TimeSpan t, TimeProvider time, ILogger<C> log, CancellationToken c, Uri[] u);", 1)]
    [InlineData("class C(A a, V v, IReadOnlyList<V> all, E e, (string N, E E) pair); record V(string S, V? Next); enum E { X }", 1)]
    [InlineData("class C(IReadOnlyList<A> stages, Func<int> ask, IDocuments<V> store, D said); record V; delegate void D();", 4)]
    [InlineData("class C(Bag bag); record Bag(A A, string S);", 1)]
    [InlineData("class C(Pair<V> v, Pair<A> a); record Pair<T>(T One, Pair<T>? Next); record V(int N);", 1)]
    [InlineData("record C(A A, A B, A D, A E, A F, A G, string S);", 6)]
    public void Collaborators_count_and_values_do_not(string text, int count) => Assert.Equal(
        count, new Dependencies([("a/b/c.cs", text)]).All().Single(c => c.Type == "C").Taken.Count);

    [Fact]
    public void A_name_is_the_one_of_its_own_project()
    {
        var read = new Dependencies([("a/b/c.cs", "class C(Held held);"), ("a/b/d.cs", "class Held;"), ("x/y/z.cs", "record Held;")]);
        Assert.Equal("Held held", Assert.Single(read.All().Single(c => c.Type == "C").Taken));
    }

    [Fact]
    public void A_class_with_six_is_found() => Assert.Equal("a/b C",
        Assert.Single(Large(new Dependencies([("a/b/c.cs", "class C(A a, A b, A c, A d, A e, A f); class D(A a);")]))).Name);

    private static IEnumerable<(string Name, string File, IReadOnlyList<string> Taken)> Large(Dependencies read) =>
        from declared in read.All()
        where declared.Taken.Count > Max && !IsBelow(declared.File, Values)
        select ($"{declared.Project} {declared.Type}", declared.File, declared.Taken);

    private static bool IsBelow(string file, string[] folders) => folders.Any(folder => file.StartsWith(folder, StringComparison.Ordinal));
}
