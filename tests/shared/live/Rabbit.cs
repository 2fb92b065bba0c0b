using System.Diagnostics;
using Holdfast.App.Processes;
using Holdfast.App.Separate;

namespace Holdfast.Tests;

/// <summary>
/// The RabbitMQ that HOLDFAST_TEST_RABBITMQ names (amqp://…, empty, nobody else's). Else it is one of the test's own, with free ports on
/// loopback and files in a directory that goes with it; else one in a container. Only the test's own can be killed and looked into.
/// </summary>
internal sealed class Rabbit : IAsyncDisposable
{
    private static readonly TimeSpan ReadyMax = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(60);

    private static readonly string? Given =
        Environment.GetEnvironmentVariable("HOLDFAST_TEST_RABBITMQ") is { Length: > 0 } given ? given : null;

    private readonly TempDirectory _directory = new();
    private readonly List<Part> _parts = [];
    private readonly Children _children;
    private IAsyncDisposable? _container;
    private Uri? _address;
    private readonly Dictionary<Part, Process> _running = [];

    /// <summary>Means to look into it and to change it.</summary>
    internal RabbitControl Control => new(Broker);

    /// <param name="tls">
    /// Its certificate and key, and the authority that clients' certificates must be of; null: it has no TLS listener.
    /// </param>
    internal Rabbit((string Certificate, string Key, string Clients)? tls = null)
    {
        _children = new Children(_directory.Location);
        if (IsOwn)
        {
            var broker = new PrivateBroker(_directory.Location);
            _parts = [.. broker.Parts()];
            _address = broker.Address;
        }

        if (tls is { } files)
        {
            TlsPort = Ports.Free(1)[0];
            File.AppendAllText(Path.Combine(_directory.Location, "rabbitmq", "rabbitmq.conf"), $"""
                listeners.ssl.1 = 127.0.0.1:{TlsPort}
                ssl_options.certfile = {files.Certificate}
                ssl_options.keyfile = {files.Key}
                ssl_options.cacertfile = {files.Clients}
                ssl_options.verify = verify_peer
                ssl_options.fail_if_no_peer_cert = true

                """);
        }
    }

    private static readonly BrokerOf From = BrokerFrom(Given is not null, OwnMissing is null, ContainerServer.Missing is null);

    /// <summary>The order in which a broker is looked for: one that somebody named, this machine's program, a container.</summary>
    internal static BrokerOf BrokerFrom(bool isGiven, bool isInstalled, bool hasEngine) =>
        isGiven ? BrokerOf.Address : isInstalled ? BrokerOf.Program : hasEngine ? BrokerOf.Container : BrokerOf.Nowhere;

    /// <summary>The reason why there can be none on this machine; null: there can.</summary>
    internal static string? Missing => From != BrokerOf.Nowhere ? null
        : $"{OwnMissing}; HOLDFAST_TEST_RABBITMQ names none; {ContainerServer.Missing}";

    /// <summary>The reason why there can be none of the test's own; null: there can.</summary>
    internal static string? OwnMissing =>
        File.Exists(PrivateBroker.Executable) ? null : "rabbitmq-server is not installed: apt install rabbitmq-server";

    internal static bool IsOwn => From == BrokerOf.Program;

    /// <summary>Address, the same in every life of this broker; known once it has been started.</summary>
    internal Uri Address => _address ?? throw new InvalidOperationException("the broker has not been started");

    /// <summary>0: it has none.</summary>
    internal int TlsPort { get; }

    private Part Broker => _parts.Count > 0 ? _parts[^1] : throw new InvalidOperationException("not a broker of the test's own");

    /// <summary>Skips a test that kills its broker or looks into it.</summary>
    internal static void SkipUnlessOwn() => Assert.SkipUnless(IsOwn,
        "needs a broker that it may kill and look into: " + (OwnMissing ?? "HOLDFAST_TEST_RABBITMQ names another"));

    /// <summary>Loads users and rights before it is started, as a broker takes them from a file.</summary>
    internal void Load(string definitions)
    {
        SkipUnlessOwn();
        File.AppendAllText(Path.Combine(_directory.Location, "rabbitmq", "rabbitmq.conf"), $"load_definitions = {definitions}\n");
    }

    /// <summary>Starts what does not run, on the same ports and files as before.</summary>
    internal async Task Start()
    {
        if (_parts.Count == 0 && _address is null)
        {
            (var address, _container) = From == BrokerOf.Address ? (Given!, null) : await ContainerServer.RabbitMq();
            _address = new Uri(address);
        }

        foreach (var part in _parts)
        {
            if (!_running.TryGetValue(part, out var process) || process.HasExited)
            {
                _running[part] = _children.Start(part.Spec);
            }

            await Eventually.Holds(
                async () => await part.IsReady(CancellationToken.None) ? null : $"{part.Spec.Name} answers", ReadyMax);
        }
    }

    /// <summary>The broker is gone from one moment to the next; its port mapper stays.</summary>
    internal async Task Kill()
    {
        SkipUnlessOwn();
        ProcessMark.Of(_running[Broker].Id)!.Send(Signal.Kill);
        await _running[Broker].WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(EndMax, TimeProvider.System);
    }

    /// <summary>Each queue with its type, as the broker itself says.</summary>
    internal async Task<IReadOnlyDictionary<string, string>> Queues()
    {
        SkipUnlessOwn();
        return (await Control.List("list_queues", "name", "type")).ToDictionary(l => l[0], l => l[1], StringComparer.Ordinal);
    }

    /// <summary>Queues with messages in them: how many are ready, how many nobody has acknowledged yet, and who consumes.</summary>
    internal async Task<string> Waiting() => _parts.Count == 0 ? "not known of a broker that is not the test's own" : string.Join("; ",
        (await Control.List("list_queues", "name", "messages_ready", "messages_unacknowledged", "consumers"))
            .Where(l => l[1] != "0" || l[2] != "0")
            .Select(l => $"{l[0]}: {l[1]} ready, {l[2]} unacknowledged, {l[3]} consumers").DefaultIfEmpty("nothing waits"));

    public async ValueTask DisposeAsync()
    {
        await Ending.End([.. _running.Values], EndMax, TimeProvider.System);
        await (_container?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Leftovers.End(_directory.Location, TimeSpan.Zero, TimeProvider.System, CancellationToken.None);
        _directory.Dispose();
    }
}

internal enum BrokerOf
{
    Address,
    Program,
    Container,
    Nowhere,
}
