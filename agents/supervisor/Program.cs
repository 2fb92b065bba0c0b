using System.Collections;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Holdfast.Platform;
using Holdfast.Supervisor;
using Holdfast.Supervisor.Cleanup;
using Holdfast.Supervisor.Config;
using Holdfast.Supervisor.Guard;
using Holdfast.Supervisor.Heartbeats;
using Holdfast.Supervisor.Load;
using Holdfast.Supervisor.Logs;
using Holdfast.Supervisor.Loop;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Processes;
using Holdfast.Supervisor.Setup;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Display;

const int EventsMax = 8192;
var clockWaitMax = TimeSpan.FromMinutes(1);
var tickInterval = TimeSpan.FromMilliseconds(100);

var format = new MessageTemplateTextFormatter(
    "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {Message:lj}{NewLine}{Exception}",
    System.Globalization.CultureInfo.InvariantCulture);
var recent = new RecentLog(format);
Log.Logger = new LoggerConfiguration().MinimumLevel.Information().WriteTo.Console(format).WriteTo.Sink(recent).CreateLogger();
using var loggers = new SerilogLoggerFactory(Log.Logger, dispose: true);
try
{
    var settings = Settings.Parse(args, Environment.GetEnvironmentVariable(Settings.TokenVariable), ReadToken);
    var authorities = Environment.GetEnvironmentVariable(Settings.AuthoritiesVariable);
    await SuperviseAsync(settings.Authorities is null && authorities is { Length: > 0 }
        ? settings with { Authorities = authorities } : settings);
    return 0;
}
catch (StartRefusedException refused)
{
    await Console.Error.WriteLineAsync($"holdfast-supervisor: {refused.Message}");
    await Console.Error.WriteLineAsync($"usage: {Settings.Usage}");
    return 2;
}
catch (Exception e) when (e is OperationCanceledException)
{
    return 0; // asked to quit before anything ran
}

async Task SuperviseAsync(Settings settings)
{
    var clock = new BootClock();
    Native.AdoptOrphans(); // of a guard that was killed
    using var work = WorkDirectory.Open(settings.WorkDir);
    if (settings.ComponentUser is not null)
    {
        work.LetComponentsIn();
    }

    var events = Channel.CreateBounded<LoopEvent>(
        new BoundedChannelOptions(EventsMax) { SingleReader = true });
    using var quit = new CancellationTokenSource();
    void Quit(PosixSignalContext context)
    {
        context.Cancel = true;
        quit.Cancel();
        events.Writer.TryWrite(new LoopEvent.Quit());
    }

    using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Quit);
    using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Quit);
    using var onQuit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Quit);
    using var signals = Signals.Heed(endsWithTerminal: false);
    signals.Tell(Log.Warning, quit.Cancel);
    ClockGate.Pass(TimeProvider.System, said => Log.Warning("{Code} {Said}", Codes.ClockWrong, said), null, clockWaitMax);
    using var clockWatch = new ClockWatch(TimeProvider.System, ClockNews);

    var cgroups = Cgroups.Find(work.Path);
    var clean = await new Leftovers(work, cgroups, clock, loggers.CreateLogger<Leftovers>()).EndAsync(quit.Token);
    var previous = work.PreviousIncarnation();
    var incarnation = WorkDirectory.NextIncarnation(previous, clock.GetUtcNow());
    work.SaveIncarnation(incarnation);
    var identity = new Identity(settings, incarnation, clean && previous > 0 ? previous : null);

    var allowed = AllowList.Open(settings.AllowFile);
    using var http = HeartbeatClient.Connect(settings.Server, Credentials.TrustOf(settings));
    if (settings.Token is null)
    {
        settings = settings with
        {
            Token = await new Enrolment(http, clock, loggers.CreateLogger<Enrolment>()).EnrolAsync(settings, quit.Token),
        };
    }

    var credentials = Credentials.Open(settings, clock, loggers.CreateLogger<Credentials>(), allowed);
    using var guard = new GuardKeeper(
        GuardProcess.DefaultPath, settings.ComponentUser, events.Writer, loggers.CreateLogger<GuardKeeper>());
    var disks = new DiskThreads(clock);
    var discards = new Discards(work.Components, work.Removed, disks, loggers.CreateLogger<Discards>());
    var endings = new Endings(work.Endings, loggers.CreateLogger<Endings>());
    var environment = OwnEnvironment();
    var folders = new ComponentDisks(disks, settings.ComponentUser, events.Writer)
    {
        Allows = (command, folder) =>
            allowed?.Current.Allows(command, environment.GetValueOrDefault("PATH", "/bin:/usr/bin"), folder) != false,
    };
    using var fetches = new ConfigFetches(new ConfigClient(http, credentials, settings.Host, clock), events.Writer);
    var starts = new ComponentStarts(environment, cgroups, folders, fetches);
    var components = new Components(work.Components, starts, discards, folders, loggers.CreateLogger<Components>())
    {
        Endings = new(endings.Recall()),
    };
    var (ofWork, ofHost) = (new WorkUsageMeter(clock, work.Path), new UsageMeter(clock, work.Path));
    var usage = new UsageSampler(disks, clock, () => [.. components.Leaders.Select(l => l.Pid)],
        settings.UsageOfWorkOnly ? pids => ofWork.Measure(pids) : _ => ofHost.Measure());
    usage.Sample();
    var logs = new LogAnswers(work.Components, recent, disks, events.Writer);
    var heartbeats = new HeartbeatLoop(new HeartbeatClient(http, credentials, clock), identity, usage.Sample, logs, events.Writer,
        loggers.CreateLogger<HeartbeatLoop>());
    var files = new StateFiles(components, guard, new StateFolder(new Inventory(work.Inventory), endings, disks, ProcTable.BootId()),
        events.Writer, loggers.CreateLogger<StateFiles>());
    var agent = new Agent(events.Reader, components, guard, heartbeats, files, clock, loggers.CreateLogger<Agent>());
    using var ticks = clock.CreateTimer(
        _ => events.Writer.TryWrite(new LoopEvent.Tick()), null, TimeSpan.Zero, tickInterval);
    Log.Information("Supervisor of {Host} ({Region}/{Idc}), incarnation {Incarnation}, work directory {WorkDir}",
        settings.Host, settings.Region, settings.Idc, incarnation, work.Path);
    await agent.RunAsync();
    cgroups.RemoveAll();
    Log.Information("Supervisor of {Host} has stopped", settings.Host);
}

static void ClockNews(ClockLook look)
{
    if (look.Step is { } step)
    {
        Log.Warning("{Code} The wall clock was set by {Seconds:0.0} s; the lease is not counted on it", Codes.ClockSet, step.TotalSeconds);
    }

    if (look.Wrong is { } why)
    {
        Log.Warning("{Code} {Why}; heartbeats go on meanwhile", Codes.ClockWrong, why);
    }
}

static string? ReadToken(string path)
{
    try
    {
        return File.ReadAllText(path);
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
    {
        return null;
    }
}

static Dictionary<string, string> OwnEnvironment() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
    .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);
