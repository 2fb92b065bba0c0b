using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary>Names of Stores, as the control plane has them.</summary>
/// <param name="There">Those that there are.</param>
/// <param name="Removed">Those whose removal has ended.</param>
internal sealed record StoreNames(IReadOnlyList<string> There, IReadOnlyList<string> Removed)
{
    private static readonly StoreNames None = new([], []);

    /// <summary>All of them, or why they could not be asked: half of them would be worse than none.</summary>
    internal static async Task<(StoreNames Names, string? WhyNot)> Of(ParseResult parsed, CancellationToken cancel)
    {
        var client = Running.Client(parsed);
        if (client.Fault is { } fault)
        {
            return (None, fault.Detail);
        }

        using var http = client.Value!;
        var api = new Asking(http, Running.TokenFrom(parsed), cancel);
        try
        {
            // In this order: what is made anew under a name of the past is seen among those that there are.
            var tickets = await api.All<StoreTicket>("/api/v1/stores/tickets");
            var there = (await api.All<StoreView>("/api/v1/stores")).Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
            return (new StoreNames([.. there], [.. tickets
                .Where(t => t is { Kind: "Delete Store", Status: TicketStatus.Successful, Store: not null })
                .Select(t => t.Store!).Where(n => !there.Contains(n)).Distinct(StringComparer.Ordinal)]), null);
        }
        catch (RefusedException refused)
        {
            return (None, refused.FirstLine);
        }
        catch (Exception error) when (Asking.IsSilence(error))
        {
            return (None, error.GetBaseException().Message);
        }
    }
}
