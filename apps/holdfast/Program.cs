using Holdfast.App.Fleet;
using Holdfast.App.Operator;

namespace Holdfast.App;

internal static class Program
{
    private static Task<int> Main(string[] args) => Run(args);

    /// <summary>Exit code 0: done; 1: refused, or nobody answers; 2: the line is wrong; 3: the answer is no.</summary>
    internal static async Task<int> Run(string[] args)
    {
        var parsed = Commands().Parse(args);
        // The services' own host catches Ctrl-C and SIGTERM; a second catcher would end the process under it.
        var exit = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null },
            CancellationToken.None);
        return parsed.Errors.Count > 0 ? HoldfastHost.Refused : exit;
    }

    /// <summary>All that there is to type.</summary>
    internal static RootCommand Commands()
    {
        var root = new RootCommand(
            "Holdfast keeps data migration and synchronization running when the machines under it fail.")
        {
            RunCommand.Create(),
            FleetCommands.Kill(),
            FleetCommands.Start(),
            WorkloadCommand.Create(),
            WatchCommand.Create(),
            LogsCommand.Create(),
            ReplayCommand.Create(),
            OpenApiCommand.Create(),
            TicketCommands.Create(),
            UpgradeCommands.Create(),
            StoreCommands.Create(),
            AlertCommands.Create(),
            ChannelCommands.Create(),
            SilenceCommands.Create(),
            StatusCommand.Create(),
            ConfigCommands.Create(),
            QuestionCommands.Why(),
            QuestionCommands.WhatIf(),
            MaintenanceCommands.Create(),
            DrillCommand.Create(),
            VerifyCommand.Create(),
            SourceCommands.Create(),
            BrakeCommands.Create(),
            ThresholdCommands.Create(),
            QuotaCommands.Create(),
        };
        foreach (var command in ListCommands.Create().Concat(OrderCommands.Create()).Append(SuspectCommands.Create())
            .Concat(BackupCommands.Create())
            .Append(SecretCommands.Create())
            .Concat(TokenCommands.Create()).Concat(StandingCommands.Create()))
        {
            root.Add(command);
        }

        Help.AddTo(root);
        Running.Anywhere(root);
        return root;
    }
}
