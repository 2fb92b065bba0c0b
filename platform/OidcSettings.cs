using System.Net;

namespace Holdfast.Platform;

/// <summary>Settings of an OpenID Connect provider, with which people can sign in besides the console's own users.</summary>
public sealed record OidcSettings
{
    /// <summary>Of the environment alone: a command line is there for all to see.</summary>
    public const string SecretVariable = "HOLDFAST_OIDC_SECRET";

    private const string Prefix = "oidc-";
    private const string SecretFileKey = Prefix + "secret-file";
    private const int TitleMax = 40;
    private const string OpenId = "openid";

    internal static IReadOnlyList<string> Keys { get; } =
        [.. new[] { "issuer", "client", "secret-file", "scopes", "name-claim", "role-claim", "roles", "title" }.Select(k => Prefix + k)];

    /// <summary>The console's roles, by the names that <c>oidc-roles</c> gives them.</summary>
    public static IReadOnlyList<string> RoleNames { get; } = ["viewer", "operator", "deployer", "administrator"];

    /// <summary>Exactly as the provider writes it in its tokens.</summary>
    public required string Issuer { get; init; }

    public required string Client { get; init; }

    /// <summary>Null: it is in the environment, or the client is a public one.</summary>
    public string? SecretFile { get; init; }

    /// <summary>Null: it is in a file, or the client is a public one.</summary>
    public string? Secret { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [OpenId, "profile", "email"];

    /// <summary>A person's name in this console.</summary>
    public string NameClaim { get; init; } = "preferred_username";

    public string RoleClaim { get; init; } = "groups";

    /// <summary>By a value of <see cref="RoleClaim"/>, exactly as it is written, one of <see cref="RoleNames"/>.</summary>
    public required IReadOnlyDictionary<string, string> Roles { get; init; }

    /// <summary>For the button: what people call the provider.</summary>
    public required string Title { get; init; }

    /// <summary>Without TLS only where nothing leaves this machine.</summary>
    public bool IsPlain => Issuer.StartsWith("http:", StringComparison.OrdinalIgnoreCase);

    /// <summary>No secret, whoever writes it into a log.</summary>
    public override string ToString() => Issuer;

    /// <summary>For a process of the console's own: all but what is the default of an address.</summary>
    public IReadOnlyDictionary<string, string?> ToEnvironment() => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["HOLDFAST_OIDC_ISSUER"] = Issuer,
        ["HOLDFAST_OIDC_CLIENT"] = Client,
        ["HOLDFAST_OIDC_SECRET_FILE"] = SecretFile,
        [SecretVariable] = Secret,
        ["HOLDFAST_OIDC_SCOPES"] = string.Join(' ', Scopes),
        ["HOLDFAST_OIDC_NAME_CLAIM"] = NameClaim,
        ["HOLDFAST_OIDC_ROLE_CLAIM"] = RoleClaim,
        ["HOLDFAST_OIDC_ROLES"] = string.Join(';', Roles.Select(r => $"{r.Key}={r.Value}")),
        ["HOLDFAST_OIDC_TITLE"] = Title,
    };

    /// <param name="given">Text that was given for a key; null or empty: none.</param>
    /// <returns>Null: nobody wants a provider, or <paramref name="faults"/> says why there is none.</returns>
    internal static OidcSettings? Read(Func<string, string?> given, List<FieldFault> faults)
    {
        // Where a secret would be says not yet that there is a provider.
        if (Keys.Where(k => k != SecretFileKey).All(k => string.IsNullOrEmpty(given(k))))
        {
            return null;
        }

        var before = faults.Count;
        string Text(string key, string? otherwise, Func<string, bool> isGood, string rule)
        {
            var text = given(Prefix + key) is { Length: > 0 } said ? said : otherwise;
            if (text is null || !isGood(text))
            {
                faults.Add(new FieldFault(Prefix + key, text is null ? null : Settings.Redact(text), rule));
            }

            return text ?? "";
        }

        var issuer = Text("issuer", null, IsIssuer,
            "must be the provider's issuer, an https:// address without query (http:// on loopback only)");
        var scopes = Text("scopes", "openid profile email", t => t.Split(' ').Contains(OpenId, StringComparer.Ordinal) && IsWord(t, ' '),
            $"must be scopes with a space between them, {OpenId} among them");
        var roles = RolesOf(Text("roles", null, t => RolesOf(t) is not null,
            $"must be VALUE=ROLE, with ';' between several; a role is one of {string.Join(", ", RoleNames)}"));
        var file = given(SecretFileKey) is { Length: > 0 } named ? Path.GetFullPath(named) : null;
        var secret = Environment.GetEnvironmentVariable(SecretVariable) is { Length: > 0 } said ? said.Trim() : null;
        if (secret is null && file is not null && WhyNot(file) is { } why)
        {
            faults.Add(new FieldFault(SecretFileKey, file, $"must be a file with the client's secret: {why}"));
        }

        var read = new OidcSettings
        {
            Issuer = issuer,
            Client = Text("client", null, t => IsWord(t), "must be the name that the provider knows this console by"),
            SecretFile = secret is null ? file : null,
            Secret = secret,
            Scopes = scopes.Split(' '),
            NameClaim = Text("name-claim", "preferred_username", t => IsWord(t), "must be the name of a claim"),
            RoleClaim = Text("role-claim", "groups", t => IsWord(t), "must be the name of a claim"),
            Roles = roles ?? new Dictionary<string, string>(StringComparer.Ordinal),
            Title = Text("title", Uri.TryCreate(issuer, UriKind.Absolute, out var address) ? Shortened(address.Host) : "–",
                t => t.Length <= TitleMax && !t.Any(char.IsControl), $"must have at most {TitleMax} characters"),
        };
        return faults.Count == before ? read : null;
    }

    /// <exception cref="IOException">And what else reading a file throws.</exception>
    public static string SecretOf(string file) => File.ReadAllText(file).Trim();

    private static string? WhyNot(string file)
    {
        try
        {
            return SecretOf(file).Length == 0 ? "it is empty" : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    private static string Shortened(string host) => host.Length <= TitleMax ? host : host[..TitleMax];

    private static bool IsWord(string text, char besides = '!') => text.Length is > 0 and <= 1000
        && text.All(c => c == besides || (char.IsAscii(c) && !char.IsControl(c) && c != ' '));

    internal static bool IsIssuer(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Query.Length == 0 && address.Fragment.Length == 0 && address.UserInfo.Length == 0
        && IsSafe(address, mayBePlain: true);

    /// <summary>Secrets and tokens go there.</summary>
    public static bool IsSafe(Uri address, bool mayBePlain) => address.Scheme == Uri.UriSchemeHttps
        || (mayBePlain && address.Scheme == Uri.UriSchemeHttp && IsThisMachine(address));

    private static bool IsThisMachine(Uri address) =>
        address.Host == "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    /// <summary>The role is behind the last '=': a value may be a distinguished name.</summary>
    private static Dictionary<string, string>? RolesOf(string text)
    {
        var roles = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.LastIndexOf('=');
            var role = part[(at + 1)..].Trim().ToLowerInvariant();
            if (at < 1 || !RoleNames.Contains(role, StringComparer.Ordinal) || !roles.TryAdd(part[..at].Trim(), role))
            {
                return null;
            }
        }

        return roles.Count == 0 ? null : roles;
    }
}
