using MassTransit;
using Microsoft.Extensions.Hosting;

namespace Holdfast.Platform.Bus;

/// <summary>
/// Ends consuming early on the in-memory bus: a process that ends still consumes its own services' last messages for a moment, and
/// leaves the others. The transport would drain the whole queue first, which once took 13 minutes. Senders repeat what was left.
/// </summary>
internal sealed class EndOfConsuming : IFilter<ConsumeContext>
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private long _told;

    internal EndOfConsuming(IHostApplicationLifetime lifetime, TimeProvider time)
    {
        _time = time;
        lifetime.ApplicationStopping.Register(() => Interlocked.Exchange(ref _told, Math.Max(1, time.GetTimestamp())));
    }

    private bool IsOver => Interlocked.Read(ref _told) is not 0 and var told && _time.GetElapsedTime(told) > Patience;

    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next) => IsOver ? Task.CompletedTask : next.Send(context);

    public void Probe(ProbeContext context) => context.CreateFilterScope("endOfConsuming");
}
