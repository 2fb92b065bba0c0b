namespace Holdfast.Integration.Tests;

/// <summary>One of the schedulers of a run: its process, and its API, not through the gateway.</summary>
internal sealed record SchedulerReplica(ProcessMark Process, Api Api) : IDisposable
{
    /// <summary>Its role in the only region; empty while nobody has taken it.</summary>
    internal async Task<(string Role, long Epoch)> Role()
    {
        var leaders = await Api.List("/api/v1/ha/leaders");
        return leaders is [var only] ? ((string)only["role"]!, (long)only["epoch"]!) : ("", 0);
    }

    public void Dispose() => Api.Dispose();
}

/// <summary>Every service a process of its own, the scheduler twice, with the local fleet.</summary>
public sealed class SchedulerReplicas : IAsyncLifetime
{
    private static readonly TimeSpan SettledMax = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();
    private HoldfastProcess? _process;

    internal string Data => _directory.Location;

    /// <summary>The reason why it cannot be on this machine; null: it can.</summary>
    internal static string? Missing => Rabbit.OwnMissing
        ?? (File.Exists(App.Separate.NginxGateway.Executable) ? null : "nginx is not installed: apt install nginx-light");

    public async ValueTask InitializeAsync()
    {
        if (Missing is null)
        {
            _process = HoldfastProcess.Run(Data, "--services", "--scale", "ha-scheduler=2", "--no-tasks");
            using var api = await _process.Ready();
            await SampleFleet.CreateTasks(api, Data);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            foreach (var process in Schedulers())
            {
                process.Send(Signal.Cont);
            }

            await _process.DisposeAsync();
        }

        _directory.Dispose();
    }

    /// <summary>Both at work, everything in its place: who leads, and who stands by.</summary>
    internal async Task<(SchedulerReplica Leader, SchedulerReplica Standby)> Settled()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        SchedulerReplica? leader = null, standby = null;
        await Eventually.Holds(async () =>
        {
            var replicas = Schedulers().Select(Open).ToList();
            var roles = await Task.WhenAll(replicas.Select(r => r.Role()));
            if (roles.Select(r => r.Role).Order(StringComparer.Ordinal).SequenceEqual(["leader", "standby"]))
            {
                (leader, standby) = roles[0].Role == "leader" ? (replicas[0], replicas[1]) : (replicas[1], replicas[0]);
                return null;
            }

            replicas.ForEach(r => r.Dispose());
            return $"roles {string.Join(", ", roles)}";
        }, SettledMax);
        await FleetRun.Settled(standby!.Api, Data, SettledMax);
        return (leader!, standby!);
    }

    private List<ProcessMark> Schedulers() =>
        [.. Proc.Naming(Data).Where(p => Proc.Describe([p]).Contains("holdfast-ha-scheduler", StringComparison.Ordinal))];

    private SchedulerReplica Open(ProcessMark process)
    {
        var words = Proc.Describe([process]).Split(' ');
        var port = int.Parse(words[Array.IndexOf(words, "--port") + 1], CultureInfo.InvariantCulture);
        var token = File.ReadAllText(Path.Combine(Data, "token")).Trim();
        return new SchedulerReplica(process, new Api($"http://127.0.0.1:{port}", token));
    }
}
