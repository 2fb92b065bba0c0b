using System.CommandLine;
using System.CommandLine.Parsing;

namespace Holdfast.Flow.Tests.CommandLine;

/// <summary>Each command's help is its own, and what it gives as an example can be typed.</summary>
public sealed class HelpTests
{
    public static TheoryData<string> Commands => [.. Names(Program.Commands(), "").Order(StringComparer.Ordinal)];

    internal static IEnumerable<string> Names(Command command, string name) => command.Subcommands.Where(c => !c.Hidden)
        .SelectMany(sub => Names(sub, $"{name} {sub.Name}".Trim())).Prepend(name);

    [Theory]
    [MemberData(nameof(Commands))]
    public void Its_examples_are_of_this_very_command_and_are_understood(string name)
    {
        Assert.True(Examples.Of(name) is { Count: > 0 }, $"'{name}' has no example");
        var own = 0;
        foreach (var parsed in Examples.Of(name)!.Select(Parsed))
        {
            Assert.True(parsed.Errors.Count == 0, string.Join('\n', parsed.Errors.Select(e => e.Message)));
            own += Help.NameOf(parsed.CommandResult) == name ? 1 : 0;
        }

        var isGroup = name.Length == 0 || Program.Commands().Parse(name).CommandResult.Command.Action is null;
        Assert.True(own > 0 || isGroup, $"no example of '{name}' is that command");
    }

    [Fact]
    public void There_is_no_example_of_a_command_that_there_is_not() =>
        Assert.Equal([], Examples.All.Keys.Except(Commands.Select(c => c.Data), StringComparer.Ordinal));

    [Theory]
    [InlineData("tasks delete", "holdfast tasks delete orders", "holdfast hosts delete")]
    [InlineData("hosts delete", "holdfast hosts delete h9 --confirm h9", "holdfast tasks delete")]
    [InlineData("config set", "holdfast config set checkHostDownIntervalSec=60", "quotas")]
    [InlineData("stores start", "holdfast stores start shop-store-1", "holdfast start h1")]
    public void Help_shows_them_and_no_other_command_s_of_the_same_last_word(string name, string own, string other)
    {
        var output = new StringWriter();
        Assert.Equal(0, Program.Commands().Parse([.. name.Split(' '), "--help"]).Invoke(new InvocationConfiguration { Output = output }));
        Assert.Contains("Examples:\n  " + own, output.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain(other, output.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Parses an example as a shell takes it: what holdfast itself gets, without what comes before and after.</summary>
    internal static ParseResult Parsed(string example)
    {
        var line = example.Replace("source <(", "", StringComparison.Ordinal).TrimEnd(')');
        line = line[(line.IndexOf("holdfast ", StringComparison.Ordinal) + "holdfast ".Length)..];
        return Program.Commands().Parse([.. Words(line)]);
    }

    internal static IReadOnlyList<string> Words(string line)
    {
        List<string> words = [];
        var (word, quote, isOpen) = ("", '\0', false);
        foreach (var letter in line + " ")
        {
            if (quote != '\0')
            {
                (word, quote) = letter == quote ? (word, '\0') : (word + letter, quote);
            }
            else if (letter is '\'' or '"')
            {
                (quote, isOpen) = (letter, true);
            }
            else if (letter != ' ')
            {
                word += letter;
            }
            else if (word.Length > 0 || isOpen)
            {
                if (!isOpen && word is "||" or "|" or ">")
                {
                    break;
                }

                words.Add(word);
                (word, isOpen) = ("", false);
            }
        }

        return words;
    }
}
