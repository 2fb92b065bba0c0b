using System.Globalization;
using Holdfast.Platform.Http;

namespace Holdfast.ConsoleUi;

/// <summary>What the console itself refuses.</summary>
internal static class Faults
{
    internal static Fault WrongPassword { get; } = new("CO-101", 401, "Name or password is wrong", "Name or password is wrong.",
        "Try again; an administrator can send you a new one-time link.");

    internal static Fault UnknownInvitation { get; } = new("CO-103", 404, "The link does not hold",
        "This one-time link has been used, is too old, or never was one.",
        "Ask an administrator for a new one; for the first administrator start the console again, which prints one.");

    internal static Fault NoForgery { get; } = new("CO-105", 400, "The form is out of date",
        "The form was not made by this console for this browser, or it is too old.", "Open the page again and repeat it.");

    internal static Fault PasswordsDiffer { get; } = new("CO-110", 400, "The passwords differ",
        "Both passwords must be the same.", "Type the new password into both fields again.");

    private static Fault Refused { get; } = new("CO-111", 400, "It did not succeed", "That did not succeed.", "Try again.");

    /// <summary>Nothing of the address is repeated: it may come from anybody.</summary>
    internal static Fault NothingThere { get; } = new("CO-112", 404, "Nothing there",
        "The address of this page names something that there is not.", "Choose it on the page itself.");

    /// <summary>
    /// What the pages before the login say about a code in their address. The sentences are this program's and no one else's: an
    /// address may come from anybody.
    /// </summary>
    internal static Fault OfCode(string code) => code switch
    {
        "CO-101" => WrongPassword,
        "CO-102" => new("CO-102", 429, "Locked for a while",
            "Too many wrong passwords: this name is locked for a while, at this address.", UnlockWorkaround),
        "CO-103" => UnknownInvitation,
        "CO-104" => new("CO-104", 400, "The password breaks a rule", $"A new password {Access.Passwords.Rule}.", "Choose another one."),
        "CO-105" => NoForgery,
        "CO-110" => PasswordsDiffer,
        "CO-120" => TooOften(TimeSpan.Zero),
        "CO-121" => Busy,
        _ => Refused,
    };

    private const string UnlockWorkaround = "Wait, or ask an administrator for a new one-time link, which unlocks it.";

    internal static Fault LastAdministrator { get; } = new("CO-107", 409, "The last administrator",
        "There is no other administrator who has a password.", "Make somebody else administrator first.");

    internal static Fault LockedOut(TimeSpan left) => new("CO-102", 429, "Locked for a while", string.Create(
        CultureInfo.InvariantCulture,
        $"Too many wrong passwords: this name is locked for another {Math.Ceiling(left.TotalSeconds):0} s at this address."),
        UnlockWorkaround) { RetryAfter = left };

    internal static Fault TooOften(TimeSpan wait) => new("CO-120", 429, "Too many attempts",
        "This address has tried too often.", "Try again in a few seconds; a right password costs no attempt.") { RetryAfter = wait };

    internal static Fault Busy { get; } = new("CO-121", 429, "Too many log in at this moment",
        "Too many passwords wait to be looked at.", "Try again in a few seconds; what runs is not held up by this.")
        { RetryAfter = TimeSpan.FromSeconds(2) };

    internal static Fault BadUser(string field, string? value, string rule) =>
        Fault.Invalid("CO-104", "Correct the named field; nothing was saved.", new FieldFault(field, value, rule));

    internal static Fault BadToken(string field, string? value, string rule) =>
        Fault.Invalid("CO-106", "Correct the named field; nothing was saved.", new FieldFault(field, value, rule));

    internal static Fault BadFormat(string format) => Fault.Invalid("CO-122", "Use one of these, or leave it out for json.",
        new FieldFault("format", format, $"must be {string.Join(" or ", Access.AuditExport.Formats)}"));

    internal static Fault UnknownToken(string name) =>
        Problems.NotFound("CO-109", "API token", name, "See GET /api/v1/tokens for those that there are.");

    /// <summary>Not told by a service: the console could not reach it.</summary>
    internal static Fault Unreachable(string path, string why) => new("CO-301", 502, "A service does not answer",
        $"Nothing answers for {path}: {why}",
        $"The rest of the console works. See the service's log, and /health/ready/{ServiceOf(path)}.");

    /// <summary>Whose path of the API it is, as the gateway (deploy/nginx.conf) sends it on.</summary>
    internal static string ServiceOf(string path) => path.Split('/') is ["", "api", "v1", var first, ..] parts
        ? parts switch
        {
            [.., "logs"] => "heartbeat",
            [_, _, _, "hosts", _, "tokens", ..] => "heartbeat",
            _ => first switch
            {
                "stores" => "store-manager",
                "alerts" or "channels" or "silences" => "alerting",
                "tokens" or "audit" => "console",
                "heartbeats" => "heartbeat",
                _ => "ha-scheduler",
            },
        }
        : "ha-scheduler";

    internal static Fault Unreadable(string path, string why) => new("CO-302", 502, "An answer cannot be read",
        $"{path} answered what the console does not understand: {why}", "Console and services are of different versions: update both.");

    internal static Fault NotAllowed(Access.Role needed) => new("CO-108", 403, "Not allowed",
        $"This needs the role {needed}.", "Ask an administrator.");
}
