using System.Text.Json;
using Holdfast.Contracts;

namespace Holdfast.Supervisor;

/// <summary>Numbers the component list, and knows which number the server has.</summary>
internal sealed class ReportedList
{
    private string _last = "[]";
    private long _answered = -1;

    /// <summary>Grows with each change of the list.</summary>
    public long Number { get; private set; } = 1;

    /// <summary>The list when it must be sent, null when the server holds it.</summary>
    public IReadOnlyList<ComponentReport>? Next(IReadOnlyList<ComponentReport> list)
    {
        var now = JsonSerializer.Serialize(list, SupervisorJson.Default.IReadOnlyListComponentReport);
        if (now != _last)
        {
            _last = now;
            Number++;
        }
        return Number == _answered ? null : list;
    }

    public void Answered(long number, bool sendAgain) => _answered = sendAgain ? -1 : Math.Max(_answered, number);
}
