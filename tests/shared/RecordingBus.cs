using System.Reflection;
using MassTransit;

namespace Holdfast.Tests;

/// <summary>A bus that remembers what was published, in order; it can be cut off, as a broker can.</summary>
public class RecordingBus : DispatchProxy
{
    private readonly List<object> _history = [];
    private bool _cut;
    private bool _stuck;

    internal static (IBus Bus, RecordingBus History) Create()
    {
        var bus = Create<IBus, RecordingBus>();
        return (bus, (RecordingBus)(object)bus);
    }

    /// <summary>While true every publish fails.</summary>
    internal bool IsCut
    {
        get => Volatile.Read(ref _cut);
        set => Volatile.Write(ref _cut, value);
    }

    /// <summary>While true no publish ever ends, whatever becomes of its token.</summary>
    internal bool IsStuck
    {
        get => Volatile.Read(ref _stuck);
        set => Volatile.Write(ref _stuck, value);
    }

    /// <summary>Messages that the broker returns.</summary>
    internal Func<object, bool> Unrouted { get; set; } = _ => false;

    /// <summary>Takes the messages of this kind that were published since the last call; of other kinds nothing is forgotten.</summary>
    internal List<T> Take<T>()
    {
        lock (_history)
        {
            var taken = _history.OfType<T>().ToList();
            _history.RemoveAll(m => m is T);
            return taken;
        }
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod?.Name != nameof(IBus.Publish) || args is not [{ } message, .., CancellationToken])
        {
            throw new NotSupportedException(targetMethod?.ToString());
        }

        if (IsCut)
        {
            return Task.FromException(new IOException("the broker is away"));
        }

        if (Unrouted(message))
        {
            return Task.FromException(new MessageReturnedException("no queue takes it"));
        }

        if (IsStuck)
        {
            return new TaskCompletionSource().Task;
        }

        lock (_history)
        {
            _history.Add(message);
        }

        return Task.CompletedTask;
    }
}
