namespace Holdfast.Supervisor.Tests;

/// <summary>
/// The guard's sources under the sanitizers, the analyzers, and as they are built. Its reading once went on behind a field's end, when
/// a % stood before the last digit.
/// </summary>
[Trait("Category", "process")]
public sealed class GuardMemoryTests(SanitizedGuard sanitized) : IClassFixture<SanitizedGuard>
{
    private const int LinesMax = 400;
    private static readonly string[] Commands = ["start", "start", "stop", "lease", "ping", "", "stopp", "%73top"];
    private static readonly string[] Fields =
    [
        "%", "%A", "%4", "%%", "%00", "%20", "%0A", "%zz", "%+1", "% 1", "%0x", "-1", "0", "1", "2", "7", "4096", "4097", "2147483647",
        "9223372036854775807", "-9223372036854775808", "99999999999999999999999", "1e9", "true", "-", "A=b", "%41=%62", ".", "nowhere", "ä",
    ];

    [Fact]
    public async Task Whatever_lines_come_the_guard_reads_only_what_is_its_own_and_no_number_overflows()
    {
        foreach (var seed in (int[])[1, 2, 3, (int)TimeProvider.System.GetTimestamp()])
        {
            var (exit, _, errors) = await sanitized.Run(Lines(seed));
            Assert.True(exit == 0 && errors.Length == 0, $"seed {seed}: exit {exit}\n{errors}");
        }
    }

    [Theory]
    [InlineData("ping %A", "pong A")]
    [InlineData("ping %A\nping 2", "pong A\npong 2")]
    [InlineData("ping %\nping 3", "pong \npong 3")]
    [InlineData("ping %4", "pong 4")]
    [InlineData("ping a%2", "pong a2")]
    [InlineData("ping %41%", "pong A")]
    [InlineData("ping %0x1", "pong 0x1")]
    [InlineData("ping %+1", "pong +1")]
    [InlineData("ping %e4%C4", "pong \u00e4\u00c4")]
    [InlineData("lease 9223372036854775807 9223372036854775807\nping 1", "pong 1")]
    [InlineData("lease 99999999999999999999 1\nstop 1 99999999999999999999\nping 2", "pong 2")]
    [InlineData("start 1 . o e - 2147483647 A=b true", "failed 1 22")]
    [InlineData("start 1 . o e - 0 A=b true", "failed 1 22")]
    [InlineData("start 1 . o e - 1 A=b true", "failed 1 62")]
    public async Task A_field_or_a_number_at_its_limit_is_read_to_its_end_and_no_further(string lines, string answer)
    {
        var (exit, output, errors) = await sanitized.Run(Encoding.Latin1.GetBytes(lines + "\n"));
        Assert.Equal((0, "", answer), (exit, errors, output.TrimEnd('\n')));
    }

    [Fact]
    public async Task The_guard_is_built_so_that_a_mistake_is_not_easily_used()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/readelf"), "needs readelf: apt install binutils");
        var (_, about, _) = await SanitizedGuard.Run("/", "readelf", [], "-hldW", Path.Combine(AppContext.BaseDirectory, "holdfast-guard"));
        Assert.Contains("DYN (", about, StringComparison.Ordinal);
        Assert.Contains("GNU_RELRO", about, StringComparison.Ordinal);
        Assert.Contains("NOW", about, StringComparison.Ordinal);
        var stack = about.Split('\n').Single(l => l.Contains("GNU_STACK", StringComparison.Ordinal));
        Assert.DoesNotContain("RWE", stack, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cppcheck_has_nothing_to_say()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/cppcheck"), "needs cppcheck: apt install cppcheck");
        var (exit, output, errors) = await SanitizedGuard.Run("/", "cppcheck", [],
            ["--enable=warning,portability,performance", "--inline-suppr", "--error-exitcode=1", "--std=c11", "-q",
                .. SanitizedGuard.Files]);
        Assert.True(exit == 0, output + errors);
    }

    [Fact]
    [Trait("Category", "long")]
    public async Task Clang_tidy_has_nothing_to_say()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/clang-tidy"), "needs clang-tidy: apt install clang-tidy");
        var (exit, output, errors) = await SanitizedGuard.Run("/", "clang-tidy", [],
            [
                "--quiet", "--warnings-as-errors=*", "--checks=-*,clang-analyzer-*,bugprone-*,-bugprone-reserved-identifier,"
                + "-bugprone-easily-swappable-parameters,-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling",
                .. SanitizedGuard.Files, "--", "-std=c11",
            ]);
        Assert.True(exit == 0, output + errors);
    }

    /// <summary>Half of it as the supervisor sends it, the other half as nobody should.</summary>
    private static byte[] Lines(int seed)
    {
        var random = new Random(seed);
        var lines = new List<byte>();
        for (var line = 0; line < LinesMax; line++)
        {
            var fields = new List<string> { Commands[random.Next(Commands.Length)] };
            var count = random.Next(40) == 0 ? 4_100 : random.Next(12);
            fields.AddRange(Enumerable.Range(0, count).Select(_ => Fields[random.Next(Fields.Length)]));
            if (fields[0] == "start" && random.Next(2) == 0)
            {
                fields = ["start", random.Next(9).ToString(CultureInfo.InvariantCulture), ".", "out", "err", "-", "1", "A=b", "true"];
            }

            var bytes = Encoding.Latin1.GetBytes(string.Join(' ', fields));
            for (var flips = random.Next(3); bytes.Length > 0 && flips > 0 && random.Next(2) == 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            lines.AddRange(bytes);
            lines.Add((byte)'\n');
        }

        return [.. lines];
    }
}

/// <summary>The guard, built once with the compiler's sanitizers; it ends with words on standard error when one finds something.</summary>
public sealed class SanitizedGuard : IAsyncLifetime
{
    private static readonly TimeSpan Max = TimeSpan.FromSeconds(120);

    private readonly TempDirectory _directory = new();
    private string? _missing;

    internal static IEnumerable<string> Files => Directory.EnumerateFiles(Path.Combine(
        AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/tests/", StringComparison.Ordinal)], "agents", "guard"), "*.c")
        .Order(StringComparer.Ordinal);

    private string Program => Path.Combine(_directory.Location, "guard");

    public async ValueTask InitializeAsync()
    {
        var (exit, output, errors) = await Run(_directory.Location, "cc", [],
            [
                "-std=c11", "-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-pthread", "-o", Program, .. Files,
            ]);
        _missing = exit == 0 ? null : errors.Contains("cannot find", StringComparison.Ordinal) ? "needs libasan and libubsan" : null;
        Assert.True(exit == 0 || _missing is not null, output + errors);
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    internal Task<(int Exit, string Output, string Errors)> Run(byte[] input)
    {
        Assert.SkipWhen(_missing is not null, _missing ?? "");
        return Run(_directory.Location, Program, input);
    }

    internal static async Task<(int Exit, string Output, string Errors)> Run(
        string directory, string program, byte[] input, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardOutputEncoding = Encoding.Latin1, WorkingDirectory = directory,
            // Looking for leaks stops all threads, which is not allowed everywhere.
            Environment = { ["ASAN_OPTIONS"] = "detect_leaks=0" },
        })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.BaseStream.WriteAsync(input, TestContext.Current.CancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Max, TimeProvider.System);
        return (process.ExitCode, await output, await errors);
    }
}
