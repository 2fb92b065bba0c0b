using System.Security.Cryptography;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer<Holdfast.Tests.Shuffled>]
[assembly: TestClassOrderer<Holdfast.Tests.Shuffled>]
[assembly: TestMethodOrderer<Holdfast.Tests.Shuffled>]
[assembly: TestCaseOrderer<Holdfast.Tests.Shuffled>]

namespace Holdfast.Tests;

/// <summary>
/// The order of the tests, another one with each seed: one that needs what another one left is found. xunit's own orders are the same in
/// each run. By names alone, so that a seed means the same order on each machine, and for a part of the tests too.
/// </summary>
internal sealed class Shuffled : ITestCollectionOrderer, ITestClassOrderer, ITestMethodOrderer, ITestCaseOrderer
{
    public IReadOnlyCollection<T> OrderTestCollections<T>(IReadOnlyCollection<T> testCollections)
        where T : ITestCollection => By(testCollections, c => c.TestCollectionDisplayName.Split(" (id: ")[0]);

    public IReadOnlyCollection<T?> OrderTestClasses<T>(IReadOnlyCollection<T?> testClasses)
        where T : notnull, ITestClass => By(testClasses, c => c?.TestClassName ?? "");

    public IReadOnlyCollection<T?> OrderTestMethods<T>(IReadOnlyCollection<T?> testMethods)
        where T : notnull, ITestMethod => By(testMethods, m => m?.MethodName ?? "");

    public IReadOnlyCollection<T> OrderTestCases<T>(IReadOnlyCollection<T> testCases)
        where T : notnull, ITestCase => By(testCases, c => c.TestCaseDisplayName);

    private static List<T> By<T>(IEnumerable<T> all, Func<T, string> name) =>
        [.. all.OrderBy(one => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{Randomizer.Seed} {name(one)}"))),
            StringComparer.Ordinal)];
}
