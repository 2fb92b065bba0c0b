using Holdfast.App.Fleet;
using Holdfast.Contracts.Views;
using Microsoft.AspNetCore.Http;

namespace Holdfast.App.Operator;

/// <summary>
/// <c>holdfast tokens</c>, <c>tokens create NAME --scope …</c> or <c>--host HOST</c>, <c>tokens revoke NAME|ID</c>, and
/// <c>holdfast audit</c>.
/// </summary>
internal static class TokenCommands
{
    private static readonly Listing Audited = Listing.Of<AuditEntry>(
        "audit", "/api/v1/audit", ["at", "by", "what", "on", "outcome", "detail", "address"]);

    internal static IEnumerable<Command> Create()
    {
        var tokens = new Command("tokens", "List the API tokens, or a host's, without their secrets.");
        var (host, json) = (Host(), Asking.Json());
        tokens.Add(host);
        tokens.Add(json);
        ListCommands.Shows(tokens, json, parsed => parsed.GetValue(host) is { } one
            ? Listing.Of<HostTokenView>("tokens", Path(one), ["id", "by", "at"])
            : Listing.Of<TokenView>("tokens", "/api/v1/tokens", ["name", "scopes", "by", "at", "until"]));
        tokens.Add(Make());
        tokens.Add(Revoke());
        yield return tokens;
        yield return ListAudit();
    }

    private static Command Make()
    {
        var name = new Argument<string?>("name") { Description = "Of an API token.", DefaultValueFactory = _ => null };
        var scopes = new Option<string[]>("--scope")
        {
            Description = $"What an API token may do: {string.Join(", ", Scopes.All)}; several are allowed.",
            AllowMultipleArgumentsPerToken = true,
        };
        var days = new Option<int>("--days") { Description = "An API token ends after so many days; 0: when it is revoked. [0]" };
        var host = Host();
        var file = Out();
        var command = new Command("create",
            "Make an API token, or with --host one that reports for this host only. The secret is shown this once.")
        {
            name, scopes, days, host, file,
        };
        command.Validators.Add(parsed =>
        {
            if ((parsed.GetValue(name) is null) == (parsed.GetValue(host) is null))
            {
                parsed.AddError("Give either the NAME of an API token, or --host HOST.");
            }
        });
        Asking.Does(command, async (parsed, api, _) =>
        {
            if (parsed.GetValue(host) is { } one)
            {
                var made = api.Read<MadeHostToken>(
                    Path(one), await api.Send(HttpMethod.Post, Path(one), new JsonObject()), isDone: true);
                Console.WriteLine(Hand(made.Token, parsed.GetValue(file), $"token {made.Id}"));
                return 0;
            }

            const string All = "/api/v1/tokens";
            var token = api.Read<MadeToken>(All, await api.Send(HttpMethod.Post, All, new JsonObject
            {
                ["name"] = parsed.GetValue(name),
                ["scopes"] = new JsonArray([.. (parsed.GetValue(scopes) ?? []).Select(s => (JsonNode)s)]),
                ["days"] = parsed.GetValue(days),
            }), isDone: true);
            Console.WriteLine(Hand(token.Token, parsed.GetValue(file), $"token {token.Name}"));
            return 0;
        });
        return command;
    }

    /// <summary>Beside the list of hosts.</summary>
    internal static Command Enrol()
    {
        var host = new Argument<string>("id") { Description = "Id of the host; it need not have been heard." };
        var minutes = new Option<int>("--minutes") { Description = "It can be spent for so long, at most a week. [60]" };
        var file = Out();
        var command = new Command("enrol", "Make a one-time token, with which the host's supervisor (--enrolment-file) makes a token of "
            + "its own known. The secret is shown this once.") { host, minutes, file };
        Order.Sends<MadeEnrolment>(command, parsed => (HttpMethod.Post, $"{Path(parsed.GetValue(host)!)}/enrolment",
                parsed.GetValue(minutes) is > 0 and var given ? new JsonObject { ["minutes"] = given } : []),
            (parsed, made) => Hand(
                made.Token, parsed.GetValue(file), $"the one-time token of {made.Host}, until {Iso.Seconds(made.Until)},"));
        return command;
    }

    private static string Hand(string secret, string? file, string what)
    {
        if (file is null)
        {
            return secret;
        }

        var full = System.IO.Path.GetFullPath(file);
        var aside = $"{full}.{Environment.ProcessId}";
        Token.WritePrivately(aside, secret + "\n");
        File.Move(aside, full, overwrite: true);
        return $"{what} is in {full}";
    }

    private static Command Revoke()
    {
        var token = new Argument<string>("token") { Description = "Name of an API token; with --host the id of the host's." };
        var host = Host();
        var command = new Command("revoke", "Revoke a token: it is refused within two seconds.") { token, host };
        Order.Sends(command, parsed => (HttpMethod.Delete,
                $"{(parsed.GetValue(host) is { } one ? Path(one) : "/api/v1/tokens")}/{Uri.EscapeDataString(parsed.GetValue(token)!)}", []),
            parsed => $"{parsed.GetValue(token)} is revoked");
        return command;
    }

    private static Command ListAudit()
    {
        var filters = new (string Name, Option<string?> Option)[]
        {
            ("by", new("--by") { Description = "Only what this person or token did." }),
            ("what", new("--what") { Description = "Only this, in the words of the list: \"log in\", POST." }),
            ("on", new("--on") { Description = "Only what was done to this object." }),
            ("outcome", new("--outcome") { Description = "done, or a code." }),
            ("from", new("--from") { Description = "Not before this moment: 2026-03-01T00:00:00Z." }),
            ("to", new("--to") { Description = "Before this moment." }),
        };
        var json = Asking.Json();
        var command = new Command("audit", "Who changed what, newest first: in the console, over the API, and on credentials. "
            + "GET /api/v1/audit/export?format=csv gives it as a file.") { json };
        foreach (var (_, option) in filters)
        {
            command.Add(option);
        }

        ListCommands.Shows(command, json, parsed => Audited with
        {
            Path = Audited.Path + QueryString.Create(filters.Select(f => KeyValuePair.Create(f.Name, parsed.GetValue(f.Option)))
                .Where(f => !string.IsNullOrEmpty(f.Value))),
        });
        return command;
    }

    private static string Path(string host) => $"/api/v1/hosts/{Uri.EscapeDataString(host)}/tokens";

    private static Option<string?> Out() => new("--out")
    {
        Description = "Write the secret to this file, replacing it in one step, readable by its owner alone, and do not print it.",
    };

    private static Option<string?> Host() => new("--host") { Description = "Id of a host." };
}
