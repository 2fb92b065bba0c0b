using System.Security.Claims;

namespace Holdfast.ConsoleUi.Access.Oidc;

/// <summary>Somebody whom a provider vouches for, as this console sees him. Pure.</summary>
/// <param name="Subject">The person's id at the provider, whatever the name becomes.</param>
internal sealed record ProviderPerson(string Name, Role Role, string Issuer, string Subject)
{
    private const string SubjectClaim = "sub";
    private const string EmailClaim = "email";
    private const string VerifiedClaim = "email_verified";
    private const int NameMax = 64;
    private const int SubjectMax = 255;

    /// <summary>Names of the services, whose own acts are in the audit under names like console@c1.</summary>
    private static readonly string[] Services = ["heartbeat", "ha-scheduler", "store-manager", "alerting", "console", "holdfast"];

    /// <summary>An address of mail is a name, too; with no signs that a header or a page would read in its own way.</summary>
    internal static bool IsName(string name) => name.Length is >= 1 and <= NameMax && name.Any(char.IsAsciiLetterOrDigit)
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-' or '@' or '+')
        && !(name.Contains('@', StringComparison.Ordinal) && Services.Contains(name.Split('@')[0], StringComparer.Ordinal));

    /// <summary>The name that is said of somebody, also of one who is not let in; null: none that can be used.</summary>
    internal static string? NameOf(IReadOnlyCollection<Claim> claims, OidcSettings settings)
    {
        var name = First(claims, settings.NameClaim)?.ToLowerInvariant();
        var isDoubtful = settings.NameClaim == EmailClaim
            && string.Equals(First(claims, VerifiedClaim), bool.FalseString, StringComparison.OrdinalIgnoreCase);
        return name is not null && IsName(name) && !isDoubtful ? name : null;
    }

    /// <summary>With the highest role of those that the claim gives.</summary>
    internal static Outcome<ProviderPerson> Of(IReadOnlyCollection<Claim> claims, OidcSettings settings)
    {
        if (NameOf(claims, settings) is not { } name || First(claims, SubjectClaim) is not { Length: >= 1 and <= SubjectMax } subject)
        {
            return Faults.NameNotTaken;
        }

        var roles = claims.Where(c => c.Type == settings.RoleClaim && settings.Roles.ContainsKey(c.Value))
            .Select(c => Enum.Parse<Role>(settings.Roles[c.Value], ignoreCase: true)).ToList();
        return roles.Count == 0 ? Faults.NoRole : new ProviderPerson(name, roles.Max(), settings.Issuer, subject);
    }

    private static string? First(IEnumerable<Claim> claims, string type) => claims.FirstOrDefault(c => c.Type == type)?.Value;
}
