using Microsoft.Extensions.Logging;

namespace Holdfast.Store;

/// <summary>Tries again what has failed and may pass. What it waits for is the Store's fault.</summary>
internal sealed partial class Retry(StoreOptions options, TimeProvider time, ILogger logger)
{
    private volatile StoreFault? _fault;

    /// <summary>The reason why the Store does not collect now; null: it does.</summary>
    internal StoreFault? Fault
    {
        get => _fault;
        set => _fault = value;
    }

    /// <summary>Does something until it is done.</summary>
    /// <exception cref="StoreFaultException">It cannot be, and no waiting helps.</exception>
    internal async Task<T> Until<T>(Func<Task<T>> what, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                var done = await what();
                _fault = null;
                return done;
            }
            catch (SourceFaultException error) when (error.Fault.IsPassing)
            {
                await Wait(StoreFault.Of(error.Fault), cancel);
            }
            catch (SourceFaultException error)
            {
                throw new StoreFaultException(StoreFault.Of(error.Fault));
            }
            catch (StoreFaultException error) when (error.Fault.IsPassing)
            {
                await Wait(error.Fault, cancel);
            }
        }
    }

    /// <summary>Waits before the next try; a fault of another kind is said.</summary>
    internal async Task Wait(StoreFault fault, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (_fault?.Code != fault.Code)
        {
            LogWaits(fault.ToString());
        }

        _fault = fault;
        await Task.Delay(options.RetryDelay, time, cancel);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Store stops reading and tries again: {Fault}")]
    private partial void LogWaits(string fault);
}
