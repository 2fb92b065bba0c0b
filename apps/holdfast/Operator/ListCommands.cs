using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Platform;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast hosts|tasks|components [--json]</c>.</summary>
internal static class ListCommands
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    internal static IEnumerable<Command> Create() => Listing.All.Where(l => l.Name != "alerts").Select(Create);

    private static Command Create(Listing listing)
    {
        var json = new Option<bool>("--json") { Description = "As the API gives them." };
        var command = new Command(listing.Name, $"List the {listing.Name}.") { json };
        Shows(command, json, _ => listing);
        if (listing.Name == "components")
        {
            OrderCommands.AddTo(command);
        }
        else if (listing.Name == "tasks")
        {
            RemovalCommands.AddToTasks(command);
        }
        else if (listing.Name == "hosts")
        {
            RemovalCommands.AddToHosts(command);
        }

        return command;
    }

    /// <summary>The command prints a list of the API.</summary>
    internal static void Shows(Command command, Option<bool> json, Func<ParseResult, Listing> which)
    {
        var running = Running.Add(command, withServer: true);
        command.SetAction(async (parsed, cancel) =>
        {
            var client = running.Client(parsed);
            if (client.Fault is { } fault)
            {
                return HoldfastHost.Refuse(fault);
            }

            using var http = client.Value!;
            try
            {
                var listing = which(parsed);
                var (items, old) = await listing.Read(http, cancel);
                Print(listing, items, parsed.GetValue(json));
                if (old is not null)
                {
                    await Console.Error.WriteLineAsync(old);
                }

                return 0;
            }
            catch (HttpRequestException error)
            {
                await Console.Error.WriteLineAsync($"{http.BaseAddress}: {error.GetBaseException().Message}");
                return 1;
            }
        });
    }

    private static void Print(Listing listing, IReadOnlyList<JsonObject> items, bool json)
    {
        if (json)
        {
            Console.WriteLine(new JsonArray([.. items.Select(item => item.DeepClone())]).ToJsonString(Indented));
            return;
        }

        Tables.Print(listing.Rows(items));
    }
}
