using System.Text.RegularExpressions;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Values;

namespace Holdfast.Engine.Statements;

/// <summary>Tells whether a column of another type holds all values that it held before.</summary>
public static partial class Widening
{
    private static readonly string[][] Integers =
        [["tinyint"], ["smallint", "int2"], ["mediumint"], ["int", "integer", "int4"], ["bigint", "int8"]];

    /// <summary>It does; where it cannot be told, it does not.</summary>
    /// <param name="was">As the sink has it.</param>
    /// <param name="now">As it is to be.</param>
    public static bool Is(Column was, Column now)
    {
        ArgumentNullException.ThrowIfNull(was);
        ArgumentNullException.ThrowIfNull(now);
        if (was.Kind != now.Kind)
        {
            return (was.Kind, now.Kind) == (ValueKind.Float32, ValueKind.Float64);
        }

        var (one, other) = (Read(was.Type), Read(now.Type));
        return was.Kind switch
        {
            ValueKind.Int64 or ValueKind.UInt64 => Rank(one.Name) is var rank and >= 0 && Rank(other.Name) >= rank,
            ValueKind.Text => IsText(other.Name) && (other.First is null && !IsChar(other.Name) || one.First <= other.First
                && !one.Name.StartsWith("char", StringComparison.Ordinal) | one.Name.Contains("var", StringComparison.Ordinal)),
            ValueKind.Decimal => other.First is null || one.First is not null
                && (other.Second ?? 0) >= (one.Second ?? 0) && other.First - (other.Second ?? 0) >= one.First - (one.Second ?? 0),
            _ => was.Type == now.Type,
        };
    }

    private static int Rank(string name) => Array.FindIndex(Integers, i => i.Contains(name.Split(' ')[0]));

    private static bool IsText(string name) => name is "text" or "longtext" || IsChar(name);

    private static bool IsChar(string name) => name.Contains("char", StringComparison.Ordinal);

    private static (string Name, int? First, int? Second) Read(string type)
    {
        var match = Declared().Match(type);
        return (match.Groups["name"].Value.Trim().ToLowerInvariant(), Number(match.Groups["first"]), Number(match.Groups["second"]));
    }

    private static int? Number(Group group) => group.Success ? int.Parse(group.Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"^(?<name>[^(]*)(\((?<first>\d{1,9})\s*(,\s*(?<second>\d{1,9})\s*)?\))?", RegexOptions.ExplicitCapture)]
    private static partial Regex Declared();
}
