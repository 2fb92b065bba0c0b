namespace Holdfast.DataPlane.Tests;

/// <summary>
/// A network of its own with one line to this machine's, which can be cut: a host elsewhere, as far as TCP can tell. Whoever runs in it is
/// reached at its address.
/// </summary>
internal sealed class NetworkNamespace : IDisposable
{
    private static int _made;
    private readonly string _name;

    private NetworkNamespace(string name, string address) => (_name, Address) = (name, address);

    /// <summary>The reason why there can be none on this machine; null: there can.</summary>
    internal static string? Missing { get; } = !Environment.IsPrivilegedProcess ? "only root makes network namespaces"
        : Try("ip", "netns", "list") is { } no ? $"ip netns: {no}" : Try("iptables", "-V") is { } none ? $"iptables: {none}" : null;

    /// <summary>Address of whatever runs in it.</summary>
    internal string Address { get; }

    /// <summary>The words that run a command in it.</summary>
    internal string[] Inside => ["ip", "netns", "exec", _name];

    private string Near => _name + "a";

    private string Far => _name + "b";

    internal static NetworkNamespace New()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        // Each has four addresses of 10.213.0.0/16 to itself.
        var number = (Environment.ProcessId * 7 + Interlocked.Increment(ref _made)) % 16384 * 4;
        var net = string.Create(CultureInfo.InvariantCulture, $"10.213.{number / 256}.");
        var made = new NetworkNamespace(string.Create(CultureInfo.InvariantCulture, $"hf{number}"),
            string.Create(CultureInfo.InvariantCulture, $"{net}{number % 256 + 2}"));
        try
        {
            Run("ip", "netns", "add", made._name);
            Run("ip", "link", "add", made.Near, "type", "veth", "peer", "name", made.Far);
            Run("ip", "link", "set", made.Far, "netns", made._name);
            Run("ip", "addr", "add", string.Create(CultureInfo.InvariantCulture, $"{net}{number % 256 + 1}/30"), "dev", made.Near);
            Run("ip", "link", "set", made.Near, "up");
            made.Do("ip", "addr", "add", made.Address + "/30", "dev", made.Far);
            made.Do("ip", "link", "set", made.Far, "up");
            made.Do("ip", "link", "set", "lo", "up");
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <param name="isSilent">Packets vanish in both directions; else the line itself is down.</param>
    internal void Cut(bool isSilent)
    {
        if (isSilent)
        {
            Do("iptables", "-A", "INPUT", "-i", Far, "-j", "DROP");
            Do("iptables", "-A", "OUTPUT", "-o", Far, "-j", "DROP");
        }
        else
        {
            Run("ip", "link", "set", Near, "down");
        }
    }

    internal void Heal()
    {
        Do("iptables", "-F");
        Run("ip", "link", "set", Near, "up");
    }

    /// <summary>Takes all of it away; whoever runs in it still is alone from then on.</summary>
    public void Dispose()
    {
        _ = Try("ip", "link", "del", Near);
        _ = Try("ip", "netns", "del", _name);
    }

    private void Do(params string[] command) => Run([.. Inside, .. command]);

    private static void Run(params string[] command) => Assert.Null(Try(command));

    /// <returns>Its words when it fails; null: it has done it.</returns>
    private static string? Try(params string[] command)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
            {
                UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true,
            })!;
            var (said, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), $"it has not ended: {string.Join(' ', command)}");
            return process.ExitCode == 0 ? null : $"{string.Join(' ', command)}: {error.Result}{said.Result}";
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return missing.Message;
        }
    }
}
