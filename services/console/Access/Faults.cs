namespace Holdfast.ConsoleUi.Access;

/// <summary>Refusals of the console itself.</summary>
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

    /// <summary>Nor here.</summary>
    internal static Fault NoSuchPage { get; } = new("CO-113", 404, "No such page",
        "The console has no page at this address.", "Choose one in the menu; an address that somebody sent may be cut off.");

    internal static Fault Foreign { get; } = new("CO-137", 403, "Another site's page",
        "A page of another site may not use this console with a person's cookies.",
        "Behind a proxy that asks by another name tell the console how people ask for it: --public-url.");

    /// <summary>
    /// Fault that the pages before the login show for a code in their address. The sentences are this program's and no one else's:
    /// an address may come from anybody.
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
        "CO-130" => ProviderAway,
        "CO-131" => ProviderRefused,
        "CO-132" => AnswerRefused,
        "CO-133" => NoRole,
        "CO-134" => NameNotTaken,
        "CO-135" => NotThisBrowser,
        "CO-136" => StillThere,
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

    internal static Fault ProviderAway { get; } = new("CO-130", 502, "The sign-in provider does not answer",
        "The sign-in provider does not answer, or not as it should.",
        "Users of this console log in with their passwords meanwhile. Why it is so is in the console's log.");

    internal static Fault ProviderRefused { get; } = new("CO-131", 403, "The sign-in provider refused",
        "The sign-in provider did not let you in, or you turned back there.", "Try again, or ask who runs the provider.");

    internal static Fault AnswerRefused { get; } = new("CO-132", 401, "The provider's answer is refused",
        "What the sign-in provider answered does not prove who you are.",
        "Try again. An administrator finds the reason in the audit: another audience or issuer, a time or a signature that is wrong.");

    internal static Fault NoRole { get; } = new("CO-133", 403, "No role here",
        "The sign-in provider knows you, but nothing that it says of you gives you a role here.",
        "Ask to be taken into a group that has one, or an administrator to map one of yours (oidc-roles).");

    internal static Fault NameNotTaken { get; } = new("CO-134", 409, "The name cannot be used",
        "The name that the sign-in provider gives cannot be used here: it is missing, has other signs than names have, or is another's.",
        "Ask an administrator: who has the name is deleted on the page of users, or another claim is the name (oidc-name-claim).");

    internal static Fault NotThisBrowser { get; } = new("CO-135", 400, "Begin again",
        "This answer of the sign-in provider was used, is too old, or is for another browser.", "Log in again from this page.");

    internal static Fault StillThere { get; } = new("CO-136", 502, "Logged out here only",
        "You are logged out here. The sign-in provider does not answer, so its own session goes on.",
        "Log out there too, or close the browser, when others use this machine.");

    internal static Fault BadUser(string field, string? value, string rule) =>
        Fault.Invalid("CO-104", "Correct the named field; nothing was saved.", new FieldFault(field, value, rule));

    internal static Fault BadToken(string field, string? value, string rule) =>
        Fault.Invalid("CO-106", "Correct the named field; nothing was saved.", new FieldFault(field, value, rule));

    internal static Fault BadFormat(string format) => Fault.Invalid("CO-122", "Use one of these, or leave it out for json.",
        new FieldFault("format", format, $"must be {string.Join(" or ", Access.AuditExport.Formats)}"));

    internal static Fault UnknownToken(string name) =>
        Fault.NotFound("CO-109", "API token", name, "See GET /api/v1/tokens for those that there are.");
}
