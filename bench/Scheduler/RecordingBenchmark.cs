using System.IO.Compression;
using Holdfast.HaScheduler.Replay;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Pass;

namespace Holdfast.Bench.Scheduler;

/// <summary>
/// The cost of recording a pass, in time of the processor and in bytes. It is measured as frames of columns, and as lines of JSON with
/// the same content, both through the same compression. The two take turns, so that a busy machine disturbs both alike.
/// </summary>
internal static class RecordingBenchmark
{
    private const int Hosts = 10_000;
    private const int Passes = 60;
    private const int Turns = 5;

    /// <summary>Passes come once a second and hosts report every three: a third of them is heard between two passes.</summary>
    private const int HeardInTurn = 3;

    /// <summary>The part of a pass's own time that lines may cost more than frames do.</summary>
    private const double GoalPercent = 2;

    private static readonly HaConfig Config = Profile.Standard.Ha;

    internal static Task<bool> Run()
    {
        var passes = Quiet().ToList();
        var decided = passes.ConvertAll(p => Decided.Of(Decider.Decide(p, Config)));
        var (frames, lines, deciding) = (new List<Cost>(), new List<Cost>(), new List<double>());
        for (var turn = 0; turn <= Turns; turn++)
        {
            var cost = (Frames: Frames(passes, decided), Lines: Lines(passes, decided),
                Deciding: Cpu(() => passes.ForEach(Decide)) / Passes);
            if (turn > 0)
            {
                frames.Add(cost.Frames);
                lines.Add(cost.Lines);
                deciding.Add(cost.Deciding);
            }
        }

        var decide = Timing.Middle(deciding);
        var (frame, line) = (Timing.Middle(frames.Select(c => c.CpuMs)), Timing.Middle(lines.Select(c => c.CpuMs)));
        Print.Line("deciding a quiet pass over 10,000 hosts", $"{decide:0.00} ms of processor");
        Print.Line("recording it as frames", Words(frame, frames[0]));
        Print.Line("recording it as lines", Words(line, lines[0]));
        return Task.FromResult(Print.Goal(
            "lines cost more than frames, of a decision", 100 * (line - frame) / decide, "%", GoalPercent, atLeast: false));
    }

    private static FormattableString Words(double ms, Cost cost) =>
        $"{ms:0.00} ms of processor, {cost.FirstBytes:#,0} bytes first, {cost.Bytes:#,0} each";

    private readonly record struct Cost(double CpuMs, long FirstBytes, long Bytes);

    private static void Decide(Snapshot pass) => Decider.Decide(pass, Config);

    /// <summary>A fleet in which nothing happens: hosts report in turn, with other figures of use each time.</summary>
    private static IEnumerable<Snapshot> Quiet()
    {
        var pass = FleetScene.Of(Hosts, 0, new Dictionary<string, BrakeState>(StringComparer.Ordinal));
        var random = new Random(1);
        for (var number = 0; number < Passes; number++)
        {
            yield return pass;
            var (before, second, turn) = (pass, TimeSpan.FromSeconds(1), number % HeardInTurn);
            pass = before with
            {
                Now = before.Now + second,
                Hosts = [.. before.Hosts.Select((h, i) => i % HeardInTurn == turn ? Heard(h, i, random) : h with
                {
                    Silence = h.Silence + second,
                    Unheard = h.Unheard + second,
                })],
            };
        }
    }

    /// <summary>Hosts of one batch were heard at one moment.</summary>
    private static HostSnapshot Heard(HostSnapshot host, int number, Random random)
    {
        var ago = TimeSpan.FromMilliseconds(100 + number / 2_000 * 50);
        var report = host.Reported!.Report;
        return host with
        {
            Silence = ago,
            Unheard = ago,
            Reported = host.Reported with
            {
                Report = report with { Sequence = report.Sequence + 1, Usage = new Usage(random.Next(1_000) / 1_000.0, 0.5, 0.75) },
            },
        };
    }

    private static Cost Frames(List<Snapshot> passes, List<Decided> decided) => Measure(stream =>
    {
        var writer = new PassWriter(stream, "bench");
        return (writer, n => writer.Write(passes[n], Config, decided[n], 0));
    });

    private static Cost Lines(List<Snapshot> passes, List<Decided> decided) => Measure(stream =>
    {
        var lines = new PassLines(stream);
        return (lines, n => lines.Write(passes[n], Config, decided[n]));
    });

    private static Cost Measure(Func<Stream, (IDisposable Writer, Action<int> Write)> open)
    {
        using var file = new MemoryStream();
        using var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true);
        var (writer, write) = open(gzip);
        using var _ = writer;
        write(0);
        gzip.Flush();
        var first = file.Length;
        var cpu = Cpu(() =>
        {
            for (var n = 1; n < Passes; n++)
            {
                write(n);
            }

            gzip.Flush();
        });
        return new Cost(cpu / (Passes - 1), first, (file.Length - first) / (Passes - 1));
    }

    private static double Cpu(Action work)
    {
        var before = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
    }
}

/// <summary>
/// Passes as lines of JSON: the first one whole, the others with what has changed. Values that change for many hosts in every pass are
/// pairs of a host's place and its number, where that is another one than was to be expected.
/// </summary>
internal sealed class PassLines(Stream stream) : IDisposable
{
    private readonly Utf8JsonWriter _to = new(stream);
    private Snapshot? _before;
    private byte[] _rest = [];

    internal void Write(Snapshot now, HaConfig config, Decided decided)
    {
        _to.Reset();
        _to.WriteStartObject();
        _to.WriteNumber("now", now.Now.UtcTicks);
        var rest = Recorded.Bytes(Recorded.Rest(now));
        if (!rest.AsSpan().SequenceEqual(_rest))
        {
            _to.WritePropertyName("rest");
            _to.WriteRawValue(_rest = rest, skipInputValidation: true);
        }

        if (_before is null)
        {
            Value("config", config);
        }

        Hosts(now.Hosts, _before?.Hosts);
        Changed("components", now.Registrations, _before?.Registrations, Recorded.Of);
        if (!ReferenceEquals(now.Tasks, _before?.Tasks))
        {
            Changed("tasks", [.. now.Tasks.Values], null, Recorded.Of);
        }

        Value("decided", decided with { Holds = decided.Holds.Count == 0 ? decided.Holds : new SortedDictionary<string, string>(
            decided.Holds.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal) });
        _to.WriteEndObject();
        _to.Flush();
        stream.WriteByte((byte)'\n');
        _before = now;
    }

    public void Dispose() => _to.Dispose();

    private void Hosts(IReadOnlyList<HostSnapshot> now, IReadOnlyList<HostSnapshot>? before)
    {
        _to.WriteStartArray("hosts");
        for (var i = 0; i < now.Count; i++)
        {
            var old = before?[i];
            if (old is null || !ReferenceEquals(old.Verdict, now[i].Verdict) && old.Verdict != now[i].Verdict
                || !Recorded.IsSame(old.Reported, now[i].Reported))
            {
                JsonSerializer.Serialize(_to, new { now[i].Verdict, Reported = Recorded.Of(now[i].Reported!) }, Recorded.Json);
            }
        }

        _to.WriteEndArray();
        var step = before is null ? 0 : now.Select((h, i) => h.Unheard.Ticks - before[i].Unheard.Ticks).Max();
        _to.WriteNumber("step", step);
        Column("silence", now, before, h => h.Silence.Ticks, (to, v) => to.WriteNumberValue(v), step);
        Column("unheard", now, before, h => h.Unheard.Ticks, (to, v) => to.WriteNumberValue(v), step);
        Column("heard", now, before, h => h.HeardSinceVerdict ? 1 : 0, (to, v) => to.WriteNumberValue(v), 0);
        Column("cpu", now, before, h => h.Reported?.Report.Usage.Cpu ?? 0, (to, v) => to.WriteNumberValue(v), 0);
        Column("memory", now, before, h => h.Reported?.Report.Usage.Memory ?? 0, (to, v) => to.WriteNumberValue(v), 0);
        Column("disk", now, before, h => h.Reported?.Report.Usage.Disk ?? 0, (to, v) => to.WriteNumberValue(v), 0);
    }

    /// <summary>Pairs of a host's place and its value, where that is another one than the one before with the step added.</summary>
    private void Column<T>(string name, IReadOnlyList<HostSnapshot> hosts, IReadOnlyList<HostSnapshot>? before,
        Func<HostSnapshot, T> of, Action<Utf8JsonWriter, T> write, T step) where T : struct, System.Numerics.INumber<T>
    {
        _to.WriteStartArray(name);
        for (var i = 0; i < hosts.Count; i++)
        {
            var value = of(hosts[i]);
            if (before is null || of(before[i]) + step != value)
            {
                _to.WriteNumberValue(i);
                write(_to, value);
            }
        }

        _to.WriteEndArray();
    }

    private void Changed<T>(string name, IReadOnlyList<T> now, IReadOnlyList<T>? before, Func<T, T> of) where T : class
    {
        _to.WriteStartArray(name);
        for (var i = 0; i < now.Count; i++)
        {
            if (before is null || i >= before.Count || !ReferenceEquals(before[i], now[i]))
            {
                JsonSerializer.Serialize(_to, of(now[i]), Recorded.Json);
            }
        }

        _to.WriteEndArray();
    }

    private void Value<T>(string name, T value)
    {
        _to.WritePropertyName(name);
        JsonSerializer.Serialize(_to, value, Recorded.Json);
    }
}
