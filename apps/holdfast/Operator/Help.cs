using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Holdfast.App.Operator;

/// <summary>Adds examples after what --help says, and prints the script that completes commands in a shell.</summary>
internal static class Help
{
    internal static void AddTo(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new WithExamples((HelpAction)option.Action!);
        root.Add(Completion());
    }

    private static Command Completion()
    {
        var shell = new Argument<string>("shell") { Description = "bash or zsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh");
        var command = new Command("completion", "Print the script that completes commands and options in a shell.") { shell };
        command.SetAction(parsed =>
        {
            Console.WriteLine(parsed.GetValue(shell) == "zsh" ? Zsh : Bash);
            return 0;
        });
        return command;
    }

    /// <summary>The whole name of a command, without the program's: <c>tasks delete</c>.</summary>
    internal static string NameOf(CommandResult result) =>
        result.Parent is CommandResult above ? $"{NameOf(above)} {result.Command.Name}".Trim() : "";

    private const string Bash = """
        _holdfast() {
            local IFS=$'\n'
            local all="$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)"
            COMPREPLY=($(compgen -W "$all" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -F _holdfast holdfast ./holdfast
        """;

    private const string Zsh = """
        _holdfast() { compadd -- ${(f)"$("${words[1]}" "[suggest:${#BUFFER}]" "$BUFFER" 2>/dev/null)"} }
        compdef _holdfast holdfast ./holdfast
        """;

    private sealed class WithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var exit = inner.Invoke(parseResult);
            if (Examples.Of(NameOf(parseResult.CommandResult)) is { } examples)
            {
                parseResult.InvocationConfiguration.Output.WriteLine("Examples:");
                foreach (var example in examples)
                {
                    parseResult.InvocationConfiguration.Output.WriteLine($"  {example}");
                }
            }

            return exit;
        }
    }
}
