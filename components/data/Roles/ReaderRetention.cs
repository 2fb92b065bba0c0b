using System.Data.Common;
using Holdfast.Data.Databases;
using Holdfast.Data.Stores;
using Microsoft.Extensions.Logging;

namespace Holdfast.Data.Roles;

/// <summary>
/// A source keeps its log for each Store that has read it, until it is told that one does not come back. A Store tells it so of the
/// other Stores of its subtopic that were removed, and of itself when it ends because it is removed.
/// </summary>
/// <param name="store">Its name.</param>
/// <param name="subtopic">Subtopic of the Store.</param>
/// <param name="removed">The control plane's word on who is gone.</param>
/// <param name="forget">Has the source forget these readers; the names of what was dropped there.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">For what was dropped.</param>
internal sealed partial class ReaderRetention(
    string store, string subtopic, RemovedStores removed, Forgetting forget, TimeProvider time, ILogger<ReaderRetention> logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <summary>The control plane and the source answer an end within this, or the next Store of the subtopic does it.</summary>
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(3);

    /// <summary>A server notices the end of a reader a moment later.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);

    private const int TriesMax = 10;

    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private string? _why;

    /// <summary>Looks now and then for Stores that were removed.</summary>
    internal async Task Run(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await Quietly(async () =>
                {
                    var gone = await removed.Of(subtopic, cancel);
                    if (gone.Where(g => g != store).ToList() is { Count: > 0 } others)
                    {
                        Tell(await forget(others, cancel), string.Join(", ", others));
                    }
                }, cancel);
                await Task.Delay(Every, time, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>
    /// Drops what the source keeps for this Store, if it was told to go for good. Called after the last look at the source.
    /// </summary>
    internal async Task Leave()
    {
        using var late = new CancellationTokenSource(EndMax, time);
        await Quietly(async () =>
        {
            if (!await removed.Goes(store, late.Token))
            {
                return;
            }

            var dropped = await forget([store], late.Token);
            for (var tries = 1; dropped.Count == 0 && tries < TriesMax; tries++)
            {
                await Task.Delay(Again, time, late.Token);
                dropped = await forget([store], late.Token);
            }

            Tell(dropped, store);
        }, CancellationToken.None);
    }

    private void Tell(IReadOnlyList<string> dropped, string readers)
    {
        // A source that does not say what it had to drop says the same again at each look.
        if (dropped.Count > 0 && _told.Add(string.Join(", ", dropped)))
        {
            LogForgot(string.Join(", ", dropped), readers);
        }
    }

    /// <summary>Leaves what could not be asked or dropped now as it is, until the next look.</summary>
    private async Task Quietly(Func<Task> what, CancellationToken cancel)
    {
        try
        {
            await what();
            _why = null;
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or SourceFaultException or DbException or IOException
            or UnauthorizedAccessException || error is OperationCanceledException && !cancel.IsCancellationRequested)
        {
            if (_why != error.Message)
            {
                LogNot(_why = error.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The source keeps its log no longer for {Readers}, removed for good: {Dropped}")]
    private partial void LogForgot(string dropped, string readers);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Whether the source keeps its log for Stores that are gone cannot be told now, and nothing of it is dropped: {Why}")]
    private partial void LogNot(string why);
}
