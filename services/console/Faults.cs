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

    internal static Fault LastAdministrator { get; } = new("CO-107", 409, "The last administrator",
        "There is no other administrator who has a password.", "Make somebody else administrator first.");

    internal static Fault LockedOut(TimeSpan left) => new("CO-102", 429, "Locked for a while", string.Create(
        CultureInfo.InvariantCulture, $"Too many wrong passwords: this user is locked for another {Math.Ceiling(left.TotalSeconds):0} s."),
        "Wait, or ask an administrator for a new one-time link, which unlocks it.");

    internal static Fault BadUser(string field, string? value, string rule) =>
        Fault.Invalid("CO-104", "Correct the named field; nothing was saved.", new FieldFault(field, value, rule));

    internal static Fault BadToken(string field, string? value, string rule) =>
        Fault.Invalid("CO-106", "Correct the named field; nothing was saved.", new FieldFault(field, value, rule));

    /// <summary>Not told by a service: the console could not reach it.</summary>
    internal static Fault Unreachable(string path, string why) => new("CO-301", 502, "A service does not answer",
        $"Nothing answers for {path}: {why}", "The rest of the console works. See the service's log, and /health/ready.");

    internal static Fault Unreadable(string path, string why) => new("CO-302", 502, "An answer cannot be read",
        $"{path} answered what the console does not understand: {why}", "Console and services are of different versions: update both.");

    internal static Fault NotAllowed(Access.Role needed) => new("CO-108", 403, "Not allowed",
        $"This needs the role {needed}.", "Ask an administrator.");
}
