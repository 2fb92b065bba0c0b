using System.Net;
using Holdfast.App.Fleet;
using Holdfast.App.Processes;
using Holdfast.App.Separate;
using Holdfast.App.Shop;
using Holdfast.Platform.State;
using Holdfast.Platform.State.Sealing;

namespace Holdfast.App;

/// <summary><c>holdfast run</c>: all services in this process, or each in its own, and a local fleet.</summary>
internal static class RunCommand
{
    /// <summary>
    /// Leftovers of a former run get this long to end: supervisors whose parent died end by themselves.
    /// </summary>
    private static readonly TimeSpan LeftoverGrace = TimeSpan.FromSeconds(2);

    /// <summary>A guard outlives its supervisor until the lease is over.</summary>
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(2);

    internal static Command Create()
    {
        var texts = SettingOptions();
        var noFleet = new Option<bool>("--no-fleet") { Description = "Start no supervisors and no sample tasks." };
        var noTasks = new Option<bool>("--no-tasks") { Description = "Start the local fleet without the sample tasks." };
        var demo = new Option<string>("--demo")
        {
            Description = "What the sample tasks copy: bank, SQLite files; or shop, a shop under load in PostgreSQL and MariaDB servers of "
                + "this machine. The shop is copied between them and into what stands in for Kafka. [bank]",
        };
        demo.AcceptOnlyFromAmong("bank", "shop");
        var rate = new Option<int?>("--shop-rate") { Description = "With --demo shop: transactions a second, 1 to 1000. [20]" };
        var connections = new Option<int?>("--shop-connections")
            { Description = "With --demo shop: connections over which they come, 1 to 32. [4]" };
        var services = new Option<bool>("--services")
        {
            Description = "Each service as a process of its own, with RabbitMQ and nginx between and before them.",
        };
        var scale = new Option<string[]>("--scale")
        {
            Description = "With --services: SERVICE=COUNT replicas of ha-scheduler, heartbeat, store-manager or alerting, "
                + "for example ha-scheduler=2.",
        };
        var command = new Command("run",
            "Run all services, and three supervisors with sample tasks as a local fleet.")
        {
            noFleet, noTasks, demo, rate, connections, services, scale,
        };
        foreach (var option in texts)
        {
            command.Add(option);
        }

        command.SetAction((parsed, _) => Run(
            [.. texts.Select(o => (o.Name, Value: parsed.GetValue(o))).Where(o => o.Value is not null)
                .Select(o => $"{o.Name}={o.Value}")],
            withFleet: !parsed.GetValue(noFleet), withTasks: !parsed.GetValue(noTasks), separate: parsed.GetValue(services),
            parsed.GetValue(scale) ?? [], new DemoGiven(parsed.GetValue(demo), parsed.GetValue(rate), parsed.GetValue(connections))));
        return command;
    }

    private static List<Option<string>> SettingOptions() =>
    [
        new("--port") { Description = "Port of the HTTP API; 0 takes a free one. [8089]" },
        new("--listen") { Description = "Address to listen on. [127.0.0.1]" },
        new("--data") { Description = "Directory of everything that is kept. [data]" },
        new("--profile") { Description = $"Set of defaults: {string.Join(", ", Profile.Names)}. [fast]" },
        new("--rabbitmq")
            { Description = "amqp://… broker; without it the bus is in memory (or private with --services)." },
        new("--store") { Description = "sqlite:PATH, postgres://… or mongodb://…; HOLDFAST_STORE keeps a password from view. "
            + "[holdfast.db in the data directory]" },
        new("--instance") { Description = "Tells replicas of a service apart. [host name]" },
        new("--public-url") { Description = "Where people reach the API, for links in alerts." },
        new("--alive-url") { Description = "A dead-man's switch that alerting asks once a minute." },
        new("--replay-mb") { Description = "MiB for the recording of the scheduler's passes; 0: none is made. [256]" },
        new("--tls-cert") { Description = "PEM certificate of the HTTP API (with those between it and its authority), and" },
        new("--tls-key") { Description = "its PEM key, not encrypted: HTTPS instead of HTTP. Read again when they change." },
        new("--tls-ca") { Description = "PEM file of the authorities to believe when calling over HTTPS or AMQPS. [the system's]" },
        new("--rabbitmq-cert") { Description = "PEM certificate to show to an amqps:// broker, and" },
        new("--rabbitmq-key") { Description = "its PEM key." },
        new("--host-tokens") { Description = "required: heartbeats are taken with their host's own token only. [optional]" },
        new("--host-token-file")
            { Description = "File with a host's id and its token's SHA-256 in each line: they hold while they stand there." },
        new("--secrets-key") { Description = "File with the keys that seal secrets in the store, the one in use first. "
            + "[secrets.key in the data directory]" },
        new("--connections-max") { Description = "Connections of the HTTP API at a time; each needs a descriptor. [16000]" },
        new("--proxies") { Description = "Addresses and networks of proxies whose X-Forwarded-For is believed, or none. [loopback]" },
        new("--audit-days") { Description = "How long the audit keeps an entry. [365]" },
        new("--audit-entries") { Description = "How many entries the audit keeps, the newest ones. [200000]" },
        new("--oidc-issuer") { Description = "OpenID Connect provider at which people sign in, besides users of the console, with" },
        new("--oidc-client") { Description = "the client that it knows this console by, whose secret is in HOLDFAST_OIDC_SECRET or" },
        new("--oidc-secret-file") { Description = "in this file. [none: a public client]" },
        new("--oidc-roles") { Description = "VALUE=ROLE;… which value of the claim gives which role." },
        new("--oidc-role-claim") { Description = "The claim with these values. [groups]" },
        new("--oidc-name-claim") { Description = "The claim with a person's name. [preferred_username]" },
        new("--oidc-scopes") { Description = "What is asked of the provider. [openid profile email]" },
        new("--oidc-title") { Description = "What people call the provider. [its host]" },
        new("--log-level") { Description = $"What is logged at least: {string.Join(", ", Settings.LogLevels)}. [information]" },
        new("--config") { Description = "JSON file with any of these settings." },
    ];

    private static async Task<int> Run(string[] given, bool withFleet, bool withTasks, bool separate, string[] scale, DemoGiven demo)
    {
        var read = Settings.Read(given, new Settings { Profile = Profile.Fast });
        var replicas = Scale.Read(scale);
        if ((read.Fault ?? replicas.Fault ?? demo.WhyNot(withFleet) ?? LocalAddress.WhyNot(read.Value!, withFleet)
            ?? HoldfastHost.CheckData(read.Value!) ?? StoreRegistration.Check(read.Value!.Store)) is { } fault)
        {
            return HoldfastHost.Refuse(fault);
        }

        var settings = read.Value!;
        var taken = RunLock.Take(settings.DataDirectory);
        if (taken.Fault is { } inUse)
        {
            return HoldfastHost.Refuse(inUse);
        }

        using var holding = taken.Value!;
        if (Ports.WhyTaken(IPAddress.Parse(settings.Listen), settings.Port) is { } why)
        {
            return HoldfastHost.Refuse(HoldfastHost.PortTaken(settings, why));
        }

        settings = withFleet ? FleetTokens.Give(settings) : settings;
        if (SecretKeys.Load(settings).Fault is { } noKey)
        {
            return HoldfastHost.Refuse(noKey);
        }

        HoldfastHost.WaitForClock(settings);
        var time = TimeProvider.System;
        if (await Leftovers.End(settings.DataDirectory, LeftoverGrace, time,
            CancellationToken.None) is > 0 and var former)
        {
            Console.WriteLine($"ended {former} process(es) that a former run left behind");
        }

        var children = new Children(settings.DataDirectory);
        var shop = demo.Shop is { } options ? new ShopDemo(settings.DataDirectory, options, children, time) : null;
        var demonstration = new Demonstration(settings, withFleet, withTasks, isBehindGateway: separate, shop, children, time);
        try
        {
            return separate
                ? await SeparateServices.Run(settings, replicas.Value!, demonstration, children, time)
                : await SingleProcess.Run(settings, demonstration);
        }
        finally
        {
            await Leftovers.End(settings.DataDirectory, EndGrace, time, CancellationToken.None);
        }
    }
}
