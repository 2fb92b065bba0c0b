using System.Text.Json.Serialization;

namespace Holdfast.Supervisor.Heartbeats;

/// <summary>Numbers the component list, makes it fit, and knows which number the server has.</summary>
internal sealed class ReportedList
{
    private string _last = "[]";
    private long _answered = -1;
    private ReportBudget.Fitted _fitted = new([], null);

    /// <summary>Grows with each change of the list.</summary>
    public long Number { get; private set; } = 1;

    /// <summary>The list as it is now would be too large.</summary>
    public bool LacksSomething => _fitted.LeftOut is not null;

    /// <summary>The list when it must be sent, null when the server holds it; what it lacks because it would be too large.</summary>
    public (IReadOnlyList<ComponentReport>? List, string? LeftOut) Next(IReadOnlyList<ComponentReport> list)
    {
        var now = Write(list);
        if (now != _last)
        {
            _last = now;
            Number++;
            _fitted = ReportBudget.Fit(list, now.Length, ReportBudget.BytesMax, l => Write(l).Length);
        }
        else if (_fitted.LeftOut is null)
        {
            _fitted = new(list, null);
        }

        return Number == _answered ? (null, null) : (_fitted.List, _fitted.LeftOut);
    }

    public void Answered(long number, bool sendAgain) => _answered = sendAgain ? -1 : Math.Max(_answered, number);

    /// <summary>The list as it goes over the line: every letter beyond ASCII is escaped, so that letters are bytes.</summary>
    private static string Write(IReadOnlyList<ComponentReport> list) =>
        JsonSerializer.Serialize(list, ReportJson.Default.IReadOnlyListComponentReport);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(HostReport))]
[JsonSerializable(typeof(IReadOnlyList<ComponentReport>))]
internal sealed partial class ReportJson : JsonSerializerContext;
