using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Holdfast.App.Operator;

/// <summary>What --help says, with examples after it; and the script that completes commands in a shell.</summary>
internal static class Help
{
    private static readonly Dictionary<string, string[]> Examples = new(StringComparer.Ordinal)
    {
        ["holdfast"] = ["holdfast status || echo 'look at it'", "holdfast why h1", "holdfast what-if --lose-idc local/a"],
        ["status"] = ["holdfast status", "holdfast status --json | jq .wrong"],
        ["hosts"] = ["holdfast hosts", "holdfast hosts --json | jq -r '.[] | select(.state == \"Down\") | .host'"],
        ["edit"] = ["holdfast tasks edit orders --name '订单' --protection HIGH",
            "holdfast tasks edit orders --command ./incr-sync --batch 500"],
        ["delete"] = ["holdfast tasks delete orders", "holdfast hosts delete h9 --confirm h9"],
        ["config"] = ["holdfast config get checkHostDownIntervalSec", "holdfast config set enable=true enableHost=true --reason 'go live'"],
        ["get"] = ["holdfast config get", "holdfast config get leaseSec"],
        ["set"] = ["holdfast config set checkHostDownIntervalSec=60 leaseSec=30 --reason 'slow network'"],
        ["diff"] = ["holdfast config diff oms-ha.json"],
        ["import"] = ["holdfast config import oms-ha.json --reason 'taken over from OMS'"],
        ["why"] = ["holdfast why h1", "holdfast why task:orders", "holdfast why region:local --history"],
        ["what-if"] = ["holdfast what-if --lose h1 h2", "holdfast what-if --drain h3", "holdfast what-if --set brakeShare=0.3"],
        ["maintenance"] = ["holdfast maintenance begin host:h1 --reason 'new disks' --hours 4", "holdfast maintenance end host:h1"],
        ["suspects"] = ["holdfast suspects", "holdfast suspects release orders-incr_trans-1-0 --reason 'its status file is mended'"],
        ["drain"] = ["holdfast drain h2 --reason 'to be replaced'", "holdfast undrain h2"],
        ["drill"] = ["holdfast drill h1", "holdfast drill h3 --limit 90"],
        ["verify"] = ["holdfast verify", "holdfast verify orders --limit 120 || echo 'rows differ'"],
        ["tickets"] = ["holdfast tickets", "holdfast tickets retry h1-20260301T020000000"],
        ["replay"] = ["holdfast replay data", "holdfast replay data --config other.json"],
        ["tokens"] = ["holdfast tokens", "holdfast tokens --host h9"],
        ["create"] = ["holdfast tokens create ci --scope read deploy --days 90", "holdfast tokens create --host h9 --out h9.token"],
        ["revoke"] = ["holdfast tokens revoke ci", "holdfast tokens revoke 0a1b2c3d --host h9"],
        ["completion"] = ["source <(holdfast completion bash)"],
    };

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
            var command = parseResult.CommandResult.Command;
            if (Examples.GetValueOrDefault(command is RootCommand ? "holdfast" : command.Name) is { } examples)
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
