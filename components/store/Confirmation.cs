using Holdfast.Log;
using Microsoft.Extensions.Logging;

namespace Holdfast.Store;

/// <summary>Tells the source what is on the disk: it may forget that, and nothing else.</summary>
internal sealed partial class Confirmation(ISource source, StoreOptions options, TimeProvider time, ILogger logger)
{
    internal async Task Run(StoreLog log, CancellationToken cancel)
    {
        var (confirmed, at) = (Position.Zero, time.GetTimestamp());
        try
        {
            while (true)
            {
                await Task.Delay(options.ConfirmInterval, time, cancel);
                // On a silent source it is said again: who says nothing for days is not waited for.
                if (log.Durable is var durable && (durable > confirmed || time.GetElapsedTime(at) >= options.ConfirmAgain))
                {
                    try
                    {
                        await source.Confirm(durable, cancel);
                        (confirmed, at) = (durable, time.GetTimestamp());
                    }
                    catch (SourceFaultException error)
                    {
                        // Reading meets the same fault, and says so: the source keeps more than it must until then.
                        LogNotConfirmed(durable, error.Message);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The source was not told that everything up to {Position} is safe: {Why}")]
    private partial void LogNotConfirmed(Position position, string why);
}
