using System.Security.Cryptography;
using Holdfast.App.Fleet;
using Holdfast.App.Processes;

namespace Holdfast.App.Separate;

/// <summary>
/// A RabbitMQ that only this run uses: node name, ports, home and files of its own, all on loopback. Its port mapper
/// (epmd) is a child as well, because one that RabbitMQ starts itself stays behind for ever.
/// </summary>
internal sealed class PrivateBroker(string data)
{
    internal const string Executable = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private static readonly TimeSpan ReadyMax = TimeSpan.FromSeconds(120);

    private readonly string _home = Path.Combine(data, "rabbitmq");
    private readonly IReadOnlyList<int> _ports = Ports.Free(3);

    private int Port => _ports[0];

    private int DistributionPort => _ports[1];

    private int MapperPort => _ports[2];

    internal Uri Address => new($"amqp://holdfast:{Password()}@127.0.0.1:{Port}/");

    internal IEnumerable<Part> Parts()
    {
        Directory.CreateDirectory(_home);
        var config = Path.Combine(_home, "rabbitmq.conf");
        Token.WritePrivately(config,
            $"default_user = holdfast\ndefault_pass = {Password()}\nlog.console = true\nlog.file = false\n");
        File.WriteAllText(Path.Combine(_home, "enabled_plugins"), "[].\n");
        yield return new Part(
            new ChildSpec("epmd", ["epmd", "-address", "127.0.0.1", "-port", Text(MapperPort)], Log("epmd")),
            ReadyMax, cancel => Ports.Answers(MapperPort, cancel));
        yield return new Part(
            new ChildSpec("rabbitmq", [Executable], Log("rabbitmq")) { Environment = Variables(config) },
            ReadyMax, cancel => Ports.Answers(Port, cancel));
    }

    private Dictionary<string, string?> Variables(string config) => new(StringComparer.Ordinal)
    {
        ["HOME"] = _home,
        ["RABBITMQ_NODENAME"] = NodeName(),
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = Text(Port),
        ["RABBITMQ_DIST_PORT"] = Text(DistributionPort),
        ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_home, "mnesia"),
        ["RABBITMQ_LOG_BASE"] = Path.Combine(_home, "log"),
        ["RABBITMQ_CONFIG_FILE"] = config,
        ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_home, "enabled_plugins"),
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_EPMD_PORT"] = Text(MapperPort),
        // Else the script stays between us and the broker, and a signal to it does not always arrive.
        ["RUNNING_UNDER_SYSTEMD"] = "true",
        ["NOTIFY_SOCKET"] = null,
    };

    /// <summary>
    /// The broker's files belong to the node's name, so it is the same for every run on this directory.
    /// </summary>
    private string NodeName() =>
        $"holdfast-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)))[..8]}@localhost";

    /// <summary>Kept, because the broker takes it over only when its files are new.</summary>
    private string Password()
    {
        var file = Path.Combine(_home, "password");
        if (!File.Exists(file))
        {
            Token.WritePrivately(file, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        }

        return File.ReadAllText(file);
    }

    private string Log(string name) => Path.Combine(data, "logs", $"{name}.log");

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
