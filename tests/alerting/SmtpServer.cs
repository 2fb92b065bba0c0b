using System.Diagnostics;
using MimeKit;

namespace Holdfast.Alerting.Tests;

/// <summary>aiosmtpd, a real SMTP server, on a free port of loopback; what it takes lies in a folder that goes with it.</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    private const string Python = "/usr/bin/python3";
    private const string Library = "/usr/lib/python3/dist-packages/aiosmtpd/__init__.py";

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly TempDirectory _folder;

    private SmtpServer(Process process, TempDirectory folder, int port) => (_process, _folder, Port) = (process, folder, port);

    internal int Port { get; }

    /// <param name="arguments">Of smtp/server.py, behind its folder.</param>
    internal static async Task<SmtpServer> Start(params string[] arguments)
    {
        Assert.SkipUnless(File.Exists(Library), "aiosmtpd is not here: apt-get install python3-aiosmtpd");
        var folder = new TempDirectory();
        var process = Process.Start(new ProcessStartInfo(Python, ["-W", "ignore", Script(), folder.Location, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var line = await process.StandardOutput.ReadLineAsync(World.Cancel).AsTask().WaitAsync(StartMax, TimeProvider.System, World.Cancel);
        return new SmtpServer(process, folder, int.Parse(line!, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>In the order in which they were taken.</summary>
    internal IReadOnlyList<MimeMessage> Taken =>
    [
        .. Directory.EnumerateFiles(_folder.Location, "*.eml")
            .OrderBy(f => int.Parse(Path.GetFileNameWithoutExtension(f), System.Globalization.CultureInfo.InvariantCulture))
            .Select(f => MimeMessage.Load(f)),
    ];

    /// <summary>Recipients that the envelope names.</summary>
    internal static string RecipientsOf(MimeMessage message) => message.Headers["X-Test-Recipients"]!;

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private static string Script([System.Runtime.CompilerServices.CallerFilePath] string file = "") =>
        Path.Combine(Path.GetDirectoryName(file)!, "smtp", "server.py");
}
