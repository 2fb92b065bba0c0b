namespace Holdfast.App.Operator;

/// <summary><c>holdfast hosts|tasks|components [--json]</c>.</summary>
internal static class ListCommands
{
    internal static IEnumerable<Command> Create() => Listing.All.Where(l => l.Name != "alerts").Select(Create);

    private static Command Create(Listing listing)
    {
        var json = Asking.Json();
        var command = new Command(listing.Name, $"List the {listing.Name}.") { json };
        Shows(command, json, _ => listing);
        if (listing.Name == "components")
        {
            OrderCommands.AddTo(command);
        }
        else if (listing.Name == "tasks")
        {
            TaskCommands.AddTo(command);
        }
        else if (listing.Name == "hosts")
        {
            RemovalCommands.AddToHosts(command);
        }

        return command;
    }

    /// <summary>The command prints a list of the API.</summary>
    internal static void Shows(Command command, Option<bool> json, Func<ParseResult, Listing> which) =>
        Asking.Does(command, async (parsed, api, _) =>
        {
            var listing = which(parsed);
            var (items, at, old) = await listing.Read(api);
            if (parsed.GetValue(json))
            {
                Asking.Print(new JsonArray([.. items.Select(item => item.DeepClone())]));
            }
            else
            {
                Tables.Print(listing.Rows(items, at ?? TimeProvider.System.GetUtcNow()));
            }

            if (old is not null)
            {
                await Console.Error.WriteLineAsync(old);
            }

            return 0;
        });
}
