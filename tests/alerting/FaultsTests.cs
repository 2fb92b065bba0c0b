using System.Reflection;
using System.Text.RegularExpressions;

namespace Holdfast.Alerting.Tests;

public class FaultsTests
{
    /// <summary>Each of them, made with whatever its arguments are.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        .. typeof(Faults).GetMethods(BindingFlags.Static | BindingFlags.NonPublic).Where(m => m.ReturnType == typeof(Fault))
            .Select(m => (Fault)m.Invoke(null, [.. m.GetParameters().Select(p => Given(p.ParameterType))])!),
    ];

    private static object Given(Type type) =>
        type == typeof(string) ? "x" : type == typeof(int) ? 7 : new[] { new FieldFault("f", 1, "r") };

    [Fact]
    public void Each_has_a_code_of_its_own_a_status_and_what_to_do()
    {
        Assert.InRange(All.Count, 20, 99);
        Assert.Equal(All.Count, All.Select(f => f.Code).Distinct().Count());
        Assert.All(All, f => Assert.Matches(new Regex("^AL-[12][0-9]{2}$"), f.Code));
        Assert.All(All, f => Assert.Contains(f.Status, new[] { 400, 404, 409, 422 }));
        Assert.All(All, f => Assert.EndsWith(".", f.Workaround));
    }
}
