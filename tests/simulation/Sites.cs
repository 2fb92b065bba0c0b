using System.Reflection;
using Holdfast.Platform.Bus;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Simulation.Tests;

/// <summary>A place where one service process lives, life after life: its machine, its ways to broker and store.</summary>
internal abstract class Site
{
    protected Site(World world, string name, Machine machine)
    {
        (World, Name, Machine) = (world, name, machine);
        Store = new StoreLink(world, this);
    }

    protected World World { get; }

    internal string Name { get; }

    internal Machine Machine { get; }

    internal StoreLink Store { get; }

    /// <summary>Count of the faults that cut the way to the broker, and the way back.</summary>
    internal int CutOut { get; set; }

    internal int CutIn { get; set; }

    /// <summary>The number of faults that make its batches ones that the broker confirms and routes to nobody.</summary>
    internal int Unheard { get; set; }

    /// <summary>The present life; null while the process is dead.</summary>
    internal Proc? Proc { get; private set; }

    internal bool Hears => Proc is { Runs: true } && CutIn == 0;

    internal int Lives { get; private set; }

    internal TimeSpan StartedAt { get; private set; }

    internal void Start()
    {
        if (Proc is null)
        {
            Lives++;
            StartedAt = World.Time.Elapsed;
            var proc = Proc = new Proc(World.Time, Machine, $"{Name}/{Lives}");
            Store.Proc = proc;
            World.Time.At(World.Time.Now, proc, () => Live(proc));
            World.Time.After(TimeSpan.FromMilliseconds(100), proc, () => World.Broker.Flush(this));
        }
    }

    internal void Kill()
    {
        Proc?.Kill();
        Proc = null;
        World.Broker.Died(this);
    }

    internal void Continue()
    {
        Proc?.Continue();
        World.Broker.Flush(this);
    }

    /// <summary>Runs in the process: builds the services and starts their loops.</summary>
    protected abstract void Live(Proc proc);

    /// <summary>Runs in the process: what came over the broker; done when it is consumed.</summary>
    internal abstract Task Consume(object message);

    /// <summary>Ticks one of the product's loops as its own shell does: never overlapping, a failed tick is followed by the next.</summary>
    protected void Drive(TickLoop loop, Proc proc, TimeProvider clock)
    {
        var interval = typeof(TickLoop).GetProperty("Interval", BindingFlags.Instance | BindingFlags.NonPublic)!
            .GetMethod!.CreateDelegate<Func<TimeSpan>>(loop);
        var tick = typeof(TickLoop).GetMethod("Tick", BindingFlags.Instance | BindingFlags.NonPublic)!
            .CreateDelegate<Func<CancellationToken, Task>>(loop);
        var hurried = new Hurried(loop, proc, clock);
        World.Time.At(World.Time.Now, proc, () => _ = Turn());

        async Task Turn()
        {
            var started = clock.GetTimestamp();
            try
            {
                await tick(CancellationToken.None);
                Ticked(loop);
            }
#pragma warning disable CA1031 // as in the product: whatever a tick throws, the next one must still come
            catch (Exception error)
#pragma warning restore CA1031
            {
                World.TickFailed(this, error);
            }

            hurried.Wait(interval() - clock.GetElapsedTime(started), () => _ = Turn());
        }
    }

    /// <summary>Lets each service beat where alerting listens, so that it is missed when it is silent.</summary>
    protected void Beat(string service, Settings settings, IBus bus, Proc proc, TimeProvider clock)
    {
        if (World.Shape.HasAlerts)
        {
            Drive(new ServiceBeats(new HostedModules([service]), settings, new MessagePublisher(bus, clock), clock,
                NullLogger<ServiceBeats>.Instance), proc, clock);
        }
    }

    /// <summary>A tick went through.</summary>
    protected virtual void Ticked(TickLoop loop)
    {
    }
}

/// <summary>The bus as a service sees it: it can publish.</summary>
public class SimulatedBus : DispatchProxy
{
    private Func<object, CancellationToken, Task>? _publish;

    internal static IBus Of(Func<object, CancellationToken, Task> publish)
    {
        var bus = Create<IBus, SimulatedBus>();
        ((SimulatedBus)(object)bus)._publish = publish;
        return bus;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod?.Name == nameof(IBus.Publish) && args is [{ } message, .., CancellationToken cancel]
            ? _publish!(message, cancel)
            : throw new NotSupportedException(targetMethod?.ToString());
}

/// <summary>A message as a consumer sees it.</summary>
public class Consumed<T> : DispatchProxy where T : class
{
    private T? _message;

    internal static ConsumeContext<T> Of(T message)
    {
        var context = Create<ConsumeContext<T>, Consumed<T>>();
        ((Consumed<T>)(object)context)._message = message;
        return context;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod?.Name switch
    {
        "get_Message" => _message,
        "get_CancellationToken" => CancellationToken.None,
        _ => throw new NotSupportedException(targetMethod?.ToString()),
    };
}
