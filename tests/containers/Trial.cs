namespace Holdfast.Containers.Tests;

/// <summary>
/// One fault: what ran before it, alerts raised all the while, what was seen. At its end everything must be right again. The invariants are
/// checked on what the sinks, the receivers and the API say.
/// </summary>
internal sealed class Trial : IAsyncDisposable
{
    /// <summary>8 s to a verdict, then a start, beside whatever else these cores do.</summary>
    internal static readonly TimeSpan MovedMax = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan ToldMax = TimeSpan.FromSeconds(120);

    /// <summary>The most that the sample applies with one write.</summary>
    private const long StepMax = 60;

    private readonly Stack _stack;
    private readonly string _done;
    private readonly List<string> _seen = [];
    private readonly AlertLoad _load;
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private readonly long _since = SinkLog.Now();
    private readonly string _sinceClock = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
    private readonly int _heardBefore;
    private readonly List<string> _died = [];

    private Trial(Stack stack, string done, IReadOnlyList<Listed> before)
    {
        (_stack, _done, Before, _heardBefore) = (stack, done, before, stack.Webhook.Heard.Count);
        _load = new AlertLoad(stack);
    }

    internal IReadOnlyList<Listed> Before { get; }

    /// <summary>The container that runs the most tasks.</summary>
    internal string Busiest => Stack.ContainerOf(Before.GroupBy(c => c.Host).MaxBy(g => g.Count())!.Key);

    internal static async Task<Trial> Begin(Stack stack, string done)
    {
        Assert.SkipWhen(Stack.Missing is not null, Stack.Missing ?? "");
        if (stack.IsBroken)
        {
            await Repair.All(stack);
        }

        await Eventually.Holds(async () =>
        {
            await stack.Api.ForgetFalls();
            return null;
        }, MovedMax);
        var before = await stack.Settled();
        stack.IsBroken = true;
        return new Trial(stack, done, before);
    }

    internal void Saw(string what) => _seen.Add(what);

    /// <summary>All that ran on a host writes elsewhere, under higher epochs.</summary>
    internal async Task Moved(string host, TimeSpan? max = null)
    {
        var runs = Before.Where(c => Stack.ContainerOf(c.Host) == host).ToList();
        _died.Add(Stack.IdOf(host));
        var took = await Eventually.Holds(async () =>
        {
            var now = (await _stack.IncrSyncs()).ToDictionary(c => c.Task);
            foreach (var was in runs)
            {
                var written = SinkLog.Accepted(await _stack.SinkOf(was.Task));
                if (now[was.Task].Host == was.Host || written.Count == 0 || written[^1].Epoch <= was.Epoch)
                {
                    return $"{was.Task} runs on {now[was.Task].Host} under {now[was.Task].Epoch}";
                }
            }

            return null;
        }, max ?? MovedMax);
        Saw(string.Create(CultureInfo.InvariantCulture, $"its {runs.Count} tasks write elsewhere after {took.TotalSeconds:0.0} s"));
    }

    /// <summary>Ends a receiver that forgets what it has confirmed and not written down yet: when there is no such thing.</summary>
    internal async Task WhileQuiet(Func<Task> ends)
    {
        _load.IsPaused = true;
        await Lasts(TimeSpan.FromSeconds(1));
        await AllTold();
        await ends();
        _load.IsPaused = false;
    }

    /// <summary>Checks that for this long, and once it can be asked, everything is where it was.</summary>
    internal async Task NothingMoves(TimeSpan during)
    {
        await Lasts(during);
        await NothingHasMoved();
    }

    /// <summary>A fault that lasts while nobody can be asked.</summary>
    internal static Task Lasts(TimeSpan during) => Task.Delay(during, TimeProvider.System, TestContext.Current.CancellationToken);

    internal async Task NothingHasMoved()
    {
        IReadOnlyList<Listed> now = [];
        await Eventually.Holds(async () => (now = await _stack.IncrSyncs()).Count == Before.Count ? null : "no list", MovedMax);
        Assert.Equal(Before.Select(Place).Order(), now.Select(Place).Order());
        // A component that gets no processor for seconds is restarted in place: that is this machine's load, not the fault.
        var restarted = now.Sum(n => n.Epoch) - Before.Sum(b => b.Epoch);
        Saw(restarted == 0 ? "nothing moved" : $"nothing moved, {restarted} restarts in place");
    }

    /// <param name="mayOverlap">A machine that was frozen in the middle of a write may try once more: its sink refuses that.</param>
    internal async Task End(bool mayOverlap = false)
    {
        var ended = TimeProvider.System.GetTimestamp();
        await _stack.Settled();
        await EveryTaskWrites();
        Saw(string.Create(CultureInfo.InvariantCulture,
            $"all right {TimeProvider.System.GetElapsedTime(ended).TotalSeconds:0.0} s after its end"));
        foreach (var task in Stack.Tasks)
        {
            var sink = await _stack.SinkOf(task);
            var accepted = SinkLog.Accepted(sink);
            Assert.Equal(accepted.Select(a => a.Epoch).Order(), accepted.Select(a => a.Epoch));
            NothingSkipped(task, await File.ReadAllLinesAsync(Path.Combine(sink, "accepted.log")));
            var overlap = EpochOverlap.Find(SinkLog.Attempts(sink).Where(a => a.BootNs >= _since));
            Assert.True(mayOverlap || overlap is null, $"{task}: two writers: {overlap}");
        }

        await _load.Stop();
        await EverythingWasTold();
        _stack.IsBroken = false;
        _stack.Findings.Row(_done, _seen, TimeProvider.System.GetElapsedTime(_began));
    }

    public ValueTask DisposeAsync() => _load.DisposeAsync();

    private async Task EveryTaskWrites()
    {
        var from = SinkLog.Now();
        foreach (var task in Stack.Tasks)
        {
            var sink = await _stack.SinkOf(task);
            await Eventually.Holds(() => SinkLog.Accepted(sink)[^1].BootNs > from ? null : $"{task} writes", MovedMax);
        }
    }

    /// <summary>Positions never go back, and no step leaves anything out.</summary>
    private static void NothingSkipped(string task, string[] accepted)
    {
        var positions = accepted[..^1].Select(l => long.Parse(l.Split(' ')[4], CultureInfo.InvariantCulture)).ToList();
        Assert.All(positions.Zip(positions.Skip(1)), p =>
            Assert.True(p.Second - p.First is >= 0 and <= StepMax, $"{task}: from {p.First} to {p.Second}"));
    }

    /// <summary>Each accepted alert, and each host that was found Down, came to the webhook and to Kafka.</summary>
    private async Task EverythingWasTold()
    {
        var took = await AllTold();
        Saw(string.Create(CultureInfo.InvariantCulture, $"{_load.Accepted.Count} alerts raised ({_load.Refused} not accepted), {
            (_died.Count > 0 ? "they and the host's" : "all")} told to webhook and Kafka, the last {took.TotalSeconds:0.0} s later"));
    }

    private Task<TimeSpan> AllTold() => Eventually.Holds(
        async () =>
        {
            var stream = (await _stack.Docker("logs", "--since", _sinceClock, Stack.Name("kafka"))).Split('\n');
            var hook = _stack.Webhook.Heard.Skip(_heardBefore).Select(r => r.Body).ToList();
            foreach (var (said, channel) in new[] { (hook, "the webhook"), ([.. stream], "Kafka") })
            {
                var told = said.Select(Subject).ToHashSet(StringComparer.Ordinal);
                var down = said.Where(s => s.Contains("\"oms_host_down\"", StringComparison.Ordinal)).Select(Subject).ToList();
                var missing = _load.Accepted.Where(t => !told.Contains(t)).ToList();
                var silent = _died.Except(down).ToList();
                if (missing.Count + silent.Count > 0)
                {
                    return $"{channel} was not told of {missing.Count} of {_load.Accepted.Count}, like {missing.Concat(silent).First()}";
                }
            }

            return null;
        }, ToldMax);

    /// <summary>Subject of a CloudEvent, whose texts here need no escapes.</summary>
    private static string Subject(string body)
    {
        const string Mark = "\"subject\":\"";
        var from = body.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length;
        return from < Mark.Length ? "" : body[from..body.IndexOf('"', from)];
    }

    private static string Place(Listed component) => $"{component.Name} on {component.Host}";
}
