namespace Holdfast.Supervisor.Setup;

/// <summary>The command line.</summary>
internal sealed record Settings
{
    public const string Usage =
        "holdfast-supervisor --host ID --region R --idc I --address IP[:PORT] --server URL --work-dir DIR "
        + "[--token-file PATH [--enrolment-file PATH] | env HOLDFAST_TOKEN] [--tls-ca FILE | env HOLDFAST_TLS_CA] [--clear-text allowed] "
        + "[--component-user NAME | UID:GID] [--allow FILE] [--interval SECONDS] [--usage host|work]";

    public const string TokenVariable = "HOLDFAST_TOKEN";
    public const string AuthoritiesVariable = "HOLDFAST_TLS_CA";
    private const int NameMax = 128;

    private static readonly string[] Known =
        ["--host", "--region", "--idc", "--address", "--server", "--token-file", "--enrolment-file", "--tls-ca", "--clear-text",
            "--component-user", "--allow", "--work-dir", "--interval", "--usage"];

    public required string Host { get; init; }
    public required string Region { get; init; }
    public required string Idc { get; init; }
    public required string Address { get; init; }
    public required Uri Server { get; init; }
    public required string WorkDir { get; init; }

    /// <summary>The file of the token; null: it came in the environment and stays what it is.</summary>
    public string? TokenFile { get; init; }

    /// <summary>The token; null: the host has to be enrolled first.</summary>
    public required string? Token { get; init; }

    /// <summary>Holds the host's one-time token; null: somebody else puts its token where it should be.</summary>
    public string? EnrolmentFile { get; init; }

    /// <summary>The user that components run as; null: the supervisor's.</summary>
    public ComponentUser? ComponentUser { get; init; }

    /// <summary>The file of what may run here (<see cref="AllowList"/>); null: whatever the server says may.</summary>
    public string? AllowFile { get; init; }

    /// <summary>PEM file of the authorities that may have issued the server's certificate; null: the system's.</summary>
    public string? Authorities { get; init; }

    /// <summary>Between heartbeats until the server says otherwise.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>
    /// True: the reported load is only what this supervisor's components use, for several "hosts" on one machine.
    /// </summary>
    public bool UsageOfWorkOnly { get; init; }

    /// <summary>Throws <see cref="StartRefusedException"/> naming flag, value and rule.</summary>
    public static Settings Parse(IReadOnlyList<string> arguments, string? tokenVariable, Func<string, string?> readFile)
    {
        var flags = Flags(arguments);
        return new Settings
        {
            Host = HostOf(Required(flags, "--host")),
            Region = Name(flags, "--region"),
            Idc = Name(flags, "--idc"),
            Address = Name(flags, "--address"),
            WorkDir = Required(flags, "--work-dir"),
            Server = ServerOf(Required(flags, "--server"), IsClearTextAllowed(flags.GetValueOrDefault("--clear-text"))),
            Interval = IntervalOf(flags.GetValueOrDefault("--interval", "1")),
            UsageOfWorkOnly = UsageOf(flags.GetValueOrDefault("--usage", "host")),
            TokenFile = flags.GetValueOrDefault("--token-file"),
            Authorities = flags.GetValueOrDefault("--tls-ca"),
            Token = TokenOf(flags, tokenVariable, readFile),
            EnrolmentFile = flags.GetValueOrDefault("--enrolment-file"),
            ComponentUser = UserOf(flags.GetValueOrDefault("--component-user"), readFile),
            AllowFile = flags.GetValueOrDefault("--allow"),
        };
    }

    private static Dictionary<string, string> Flags(IReadOnlyList<string> arguments)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            var parts = arguments[i].Split('=', 2);
            if (!Known.Contains(parts[0]))
            {
                throw Bad(arguments[i], null, "is not a flag; known are " + string.Join(' ', Known));
            }

            if (parts.Length == 1 && i + 1 == arguments.Count)
            {
                throw Bad(parts[0], null, "needs a value");
            }

            if (!flags.TryAdd(parts[0], parts.Length == 2 ? parts[1] : arguments[++i]))
            {
                throw Bad(parts[0], null, "is given twice");
            }
        }

        return flags;
    }

    private static string Required(Dictionary<string, string> flags, string flag) =>
        flags.TryGetValue(flag, out var value) && value.Length > 0 ? value : throw Bad(flag, null, "is required");

    private static string Name(Dictionary<string, string> flags, string flag)
    {
        var value = Required(flags, flag);
        return value.Any(char.IsWhiteSpace) ? throw Bad(flag, value, "must have no blanks")
            : Ids.WhyNotInPath(value, NameMax) is { } rule ? throw Bad(flag, value, rule)
            : value;
    }

    /// <summary>Judges a host's id as the server does: a supervisor that would be refused does not start.</summary>
    private static string HostOf(string value) => Ids.IsAscii(value, Ids.HostMax, Ids.HostMarks)
        ? value
        : throw Bad("--host", value, Ids.AsciiRule(Ids.HostMax, Ids.HostMarks));

    /// <summary>The token goes with each heartbeat, and commands come back: whoever is on the way could read and write both.</summary>
    private static Uri ServerOf(string value, bool isClearTextAllowed) =>
        !Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
            ? throw Bad("--server", value, "must be an http or https URL, such as http://127.0.0.1:8089")
            : uri.Scheme == "https" || uri.IsLoopback || isClearTextAllowed ? uri
            : throw Bad("--server", value, "speaks clear text beyond this machine: give an https:// address, or --clear-text allowed "
                + "where the network between is your own");

    private static bool IsClearTextAllowed(string? value) => value is null or "allowed"
        ? value is not null
        : throw Bad("--clear-text", value, "must be allowed, or left out");

    private static ComponentUser? UserOf(string? value, Func<string, string?> readFile) => value is null ? null
        : ComponentUser.Named(value, readFile(ComponentUser.File) ?? "")
            ?? throw Bad("--component-user", value, $"must be a user of {ComponentUser.File}, or UID:GID, and not root");

    private static TimeSpan IntervalOf(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
        && seconds is >= 0.1 and <= 300
            ? TimeSpan.FromSeconds(seconds)
            : throw Bad("--interval", value, "must be a number of seconds from 0.1 to 300");

    private static bool UsageOf(string value) => value is "host" or "work"
        ? value == "work"
        : throw Bad("--usage", value, "must be host (the machine's load) or work (only the components' own)");

    /// <summary>The first line of a file: during a change the server's own has a second one.</summary>
    internal static string? FirstToken(string? text) =>
        text?.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() is { } token
        && !token.Any(c => c is < '!' or > '~') ? token : null;

    private static string? TokenOf(Dictionary<string, string> flags, string? variable, Func<string, string?> readFile)
    {
        var (file, enrols) = (flags.GetValueOrDefault("--token-file"), flags.ContainsKey("--enrolment-file"));
        if (enrols && file is null)
        {
            throw Bad("--enrolment-file", null, "needs --token-file, where the supervisor keeps the token that it makes");
        }

        var text = file is null ? variable : readFile(file);
        return enrols && text is null ? null : FirstToken(text) ?? throw new StartRefusedException(Codes.TokenMissing, file is null
            ? $"no token: give --token-file PATH, or the token in the environment variable {TokenVariable}"
            : $"--token-file {file}: must be a readable file that holds a token in its first line and nothing else in it");
    }

    private static StartRefusedException Bad(string flag, string? value, string rule) =>
        new(Codes.BadFlag, $"{flag}{(value is null ? "" : " " + value)}: {rule}");
}
