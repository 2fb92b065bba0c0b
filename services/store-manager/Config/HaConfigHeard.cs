using Holdfast.StoreManager.State;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Holdfast.StoreManager.Config;

/// <summary>
/// ha.config for the store manager: kept over its own restarts, so that a module that was switched off stays off until
/// somebody says otherwise.
/// </summary>
internal sealed partial class HaConfigHeard(IDocuments<HaConfigDocument> documents, ILogger<HaConfigHeard> logger)
{
    private const int AttemptsMax = 5;
    private readonly Lock _gate = new();
    private volatile HaConfigDocument? _held;

    /// <summary>Null: never heard, by no life of this service.</summary>
    internal HaConfigDocument? Held => _held;

    /// <summary>In this life: what was kept from another one may be out of date.</summary>
    internal bool IsHeard { get; private set; }

    internal void Heard() => IsHeard = true;

    internal async Task Load(CancellationToken cancel) => Hold((await documents.Find(HaConfigDocument.CurrentId, cancel))?.Document);

    internal async Task Take(HaConfigChanged said, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var stored = await documents.Find(HaConfigDocument.CurrentId, cancel);
            if (stored is { } known && known.Document.Version >= said.Version)
            {
                Hold(known.Document);
                return;
            }

            var after = new HaConfigDocument
            {
                Id = HaConfigDocument.CurrentId,
                Version = said.Version,
                Config = said.Config,
                Windows = (stored?.Document.Windows ?? new HaWindows()).After(said.Config, said.At),
            };
            if (stored is { } before ? await documents.Replace(after, before.Version, cancel) : await documents.Insert(after, cancel))
            {
                TellNews(stored?.Document.Windows, after.Windows);
                Hold(after);
                return;
            }

            if (attempt == AttemptsMax)
            {
                throw new StateUnavailableException($"ha.config changed {AttemptsMax} times while it was being kept");
            }
        }
    }

    private void TellNews(HaWindows? before, HaWindows after)
    {
        foreach (var (scope, window) in after.Last)
        {
            if (before?.Last.GetValueOrDefault(scope) != window)
            {
                LogWindow(Iso.Seconds(window.Off), Iso.Seconds(window.On),
                    scope == HaWindows.Everywhere ? "everywhere" : scope, window.Length.TotalMinutes);
            }
        }
    }

    private void Hold(HaConfigDocument? read)
    {
        lock (_gate)
        {
            if (read is not null && !(_held?.Version >= read.Version))
            {
                _held = read;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "HA was off from {Off} to {On} ({Scope}): where nothing has run since, a new "
        + "Store starts {Minutes:0.#} min earlier than refetchStoreIntervalMin says")]
    private partial void LogWindow(string off, string on, string scope, double minutes);
}

internal sealed class HaConfigChangedConsumer(HaConfigHeard config, PassTrigger passes) : IConsumer<HaConfigChanged>
{
    public async Task Consume(ConsumeContext<HaConfigChanged> context)
    {
        if (!(config.Held?.Version >= context.Message.Version))
        {
            await config.Take(context.Message, context.CancellationToken);
            passes.Hurry();
        }

        config.Heard();
    }
}

/// <summary>Each replica hears it; one that missed it hears the next.</summary>
internal sealed class HaConfigChangedDefinition(Settings settings)
    : LiveEndpoint<HaConfigChangedConsumer>("store-manager.ha-config-changed", settings);
