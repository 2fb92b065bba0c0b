using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Holdfast.Contracts.Tests;

/// <summary>Outside subscribers are told of the messages (docs/asyncapi.yaml) as the contracts are.</summary>
public partial class AsyncApiTests
{
    private static readonly Type[] Messages =
    [
        typeof(AlertRaised), typeof(AlertSent), typeof(HostDown), typeof(HostRecovered), typeof(HeartbeatReported),
        typeof(StoreRequested),
    ];

    private static readonly string Text = File.ReadAllText(Find());

    /// <summary>The messages, and every record in them that the batches and requests carry.</summary>
    public static TheoryData<Type> Described
    {
        get
        {
            var (described, left) = (new List<Type>(), new Stack<Type>(Messages));
            while (left.TryPop(out var type))
            {
                // Logs are in no batch.
                if (type != typeof(LogTail) && !described.Contains(type))
                {
                    described.Add(type);
                    var inner = Fields(type).Select(p => Inner(p.PropertyType));
                    foreach (var record in inner.Where(t => t.IsClass && t.Assembly == typeof(AlertRaised).Assembly))
                    {
                        left.Push(record);
                    }
                }
            }

            return [.. described];
        }
    }

    private static PropertyInfo[] Fields(Type record) => record.GetProperties(BindingFlags.Public | BindingFlags.Instance);

    private static Type Inner(Type type) => type.IsGenericType ? Inner(type.GetGenericArguments()[0]) : type;

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Holdfast.slnx")))
        {
            directory = directory.Parent;
        }

        return Path.Combine(directory.FullName, "docs", "asyncapi.yaml");
    }

    [Theory]
    [MemberData(nameof(Described))]
    public void The_description_has_every_field_of_the_contract_and_no_other(Type record)
    {
        var schema = Schema(record.Name);
        var isPositional = record.GetConstructors().Any(c => c.GetParameters().Length > 1);
        var properties = Fields(record);
        Assert.Equal(Names(properties.Select(p => p.Name)), Property().Matches(schema).Select(m => m.Groups["name"].Value).Order());
        var required = properties.Where(p => p.IsDefined(typeof(RequiredMemberAttribute), inherit: false)).Select(p => p.Name)
            .Concat(isPositional ? record.GetConstructors()[0].GetParameters().Select(p => p.Name!) : []);
        var said = Required().Match(schema) is { Success: true } match ? match.Groups["names"].Value.Split(", ") : [];
        Assert.Equal(Names(required), said.Order());
    }

    private static IEnumerable<string> Names(IEnumerable<string> names) =>
        names.Select(JsonNamingPolicy.CamelCase.ConvertName).Distinct().Order();

    [Fact]
    public void Each_message_has_its_exchange_and_each_exchange_its_message()
    {
        var exchanges = Exchange().Matches(Text).Select(m => m.Groups["name"].Value).Order();
        Assert.Equal(Messages.Select(m => m.Name).Order(), exchanges);
        Assert.All(Messages, m => Assert.Contains($"    address: Holdfast.Contracts:{m.Name}\n", Text));
    }

    private static string Schema(string name)
    {
        var schemas = Text[Text.IndexOf("\n  schemas:", StringComparison.Ordinal)..];
        var found = Schemas().Split(schemas).SingleOrDefault(s => s.StartsWith($"    {name}:\n", StringComparison.Ordinal));
        Assert.True(found is not null, $"describe {name} in docs/asyncapi.yaml");
        return found;
    }

    [GeneratedRegex("^(?=    [A-Z])", RegexOptions.Multiline)]
    private static partial Regex Schemas();

    [GeneratedRegex("^        (?<name>[a-zA-Z]+): \\{", RegexOptions.Multiline)]
    private static partial Regex Property();

    [GeneratedRegex("required: \\[(?<names>[^]]+)\\]")]
    private static partial Regex Required();

    [GeneratedRegex("exchange: \\{ name: 'Holdfast\\.Contracts:(?<name>[A-Za-z]+)'")]
    private static partial Regex Exchange();
}
