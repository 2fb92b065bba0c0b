using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Holdfast.Supervisor.Tests;

/// <summary>A heartbeat service in a few lines: long-polls on the desired version, remembers every report.</summary>
internal sealed class FakeServer : IDisposable
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(BootTime At, HostReport Report)> _reports = new();
    private volatile TaskCompletionSource _newer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<DesiredComponent> _desired = [];
    private long _version = 1;
    private volatile LogWanted[]? _wanted;
    private volatile bool _untold;

    public FakeServer()
    {
        Url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        _listener.Prefixes.Add(Url.ToString());
        _listener.Start();
        _ = Task.Run(ListenAsync);
    }

    public Uri Url { get; }
    public double Lease { get; set; } = 4;
    public double KillGrace { get; set; } = 1;
    public double Interval { get; set; } = 0.5;

    /// <summary>By how much its clock is behind.</summary>
    public TimeSpan Behind { get; set; }

    /// <summary>Said with each reply; null: nothing.</summary>
    public volatile string? Late;

    /// <summary>Requests are taken and never answered.</summary>
    public volatile bool Mute;

    /// <summary>Requests are refused with this status.</summary>
    public volatile int RefuseWith;

    public volatile string? LastToken;

    /// <summary>Requests to enrol: the path, the token, the body.</summary>
    public ConcurrentQueue<(string Path, string? Token, string Body)> Enrolments { get; } = [];

    /// <summary>Number of them that get no answer, as if the connection were cut, before the one-time token is taken.</summary>
    public volatile int EnrolmentsLost;

    /// <summary>Texts by component, or what is answered instead of one.</summary>
    public ConcurrentDictionary<string, (int Status, string Text)> Configs { get; } = new(StringComparer.Ordinal);

    /// <summary>Requests for configurations: whose, and with which token.</summary>
    public ConcurrentQueue<(string Path, string? Token)> Fetches { get; } = [];

    public IReadOnlyList<(BootTime At, HostReport Report)> Reports => [.. _reports];

    public void Want(params DesiredComponent[] desired)
    {
        (_desired, _version) = (desired, _version + 1);
        Interlocked.Exchange(ref _newer, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    /// <summary>Asked for with each reply from now on, at once; null: nothing, and the field is not there.</summary>
    public void Ask(params LogWanted[]? wanted)
    {
        (_wanted, _untold) = (wanted, true);
        Interlocked.Exchange(ref _newer, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    public ComponentReport? Last(string name) =>
        Reports.Select(r => r.Report).LastOrDefault(r => r.Components is not null)?.Components!
            .FirstOrDefault(c => c.Name == name);

    public void Dispose() => _listener.Close();

    private async Task ListenAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = Task.Run(() => AnswerAsync(context));
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            if (context.Request.HttpMethod == "GET")
            {
                await ConfigAsync(context);
                return;
            }

            if (context.Request.Url!.AbsolutePath.EndsWith("/enrolment", StringComparison.Ordinal))
            {
                await EnrolAsync(context);
                return;
            }

            var report = await JsonSerializer.DeserializeAsync<HostReport>(context.Request.InputStream, Web);
            if (Mute)
            {
                return;
            }

            LastToken = context.Request.Headers["Authorization"];
            if (RefuseWith > 0)
            {
                await WriteAsync(context, RefuseWith, """{"code":"HB-999","detail":"no","workaround":"none"}""");
                return;
            }

            _reports.Enqueue((BootTime.Now(Clock), report!));
            var wait = double.Parse(context.Request.QueryString["wait"]!, CultureInfo.InvariantCulture);
            var newer = _newer;
            if (wait > 0 && report!.DesiredVersion == _version && !_untold)
            {
                await Task.WhenAny(newer.Task, Task.Delay(TimeSpan.FromSeconds(wait), TimeProvider.System));
            }

            if (_reports.Last().Report.Sequence == report!.Sequence)
            {
                _untold = false; // one that was given up for a newer one is heard by nobody
            }

            var reply = new HeartbeatReply
            {
                Lease = Lease,
                KillGrace = KillGrace,
                Interval = Interval,
                DesiredVersion = _version,
                ServerTime = TimeProvider.System.GetUtcNow() - Behind,
                Components = report.DesiredVersion == _version ? null : _desired,
                Logs = _wanted,
                Late = Late,
            };
            if (!Mute)
            {
                await WriteAsync(context, 200, JsonSerializer.Serialize(reply, Web));
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException or JsonException)
        {
            // The supervisor gave it up, or was killed.
        }
    }

    private async Task ConfigAsync(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath;
        Fetches.Enqueue((path, context.Request.Headers["Authorization"]));
        if (Mute)
        {
            return;
        }

        var (status, text) = Configs.GetValueOrDefault(Uri.UnescapeDataString(path.Split('/')[^2]), (404, """{"code":"HB-407"}"""));
        await WriteAsync(context, status, text);
    }

    private async Task EnrolAsync(HttpListenerContext context)
    {
        using var body = new StreamReader(context.Request.InputStream);
        Enrolments.Enqueue((context.Request.Url!.AbsolutePath, context.Request.Headers["Authorization"], await body.ReadToEndAsync()));
        if (Enrolments.Count <= EnrolmentsLost)
        {
            context.Response.Abort();
            return;
        }

        if (context.Request.Headers["Authorization"] != "Bearer one-time")
        {
            await WriteAsync(context, 401, """{"code":"HB-206","detail":"no","workaround":"none"}""");
            return;
        }

        context.Response.StatusCode = 204;
        context.Response.Close();
    }

    private static async Task WriteAsync(HttpListenerContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(json));
        context.Response.Close();
    }

    public static readonly BootClock Clock = new();
}
