using Holdfast.ConsoleUi.Access;
using Holdfast.ConsoleUi.Actions;
using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Feed;
using Holdfast.ConsoleUi.Forms;
using Holdfast.ConsoleUi.Wording;
using Microsoft.AspNetCore.Components;
using Radzen;

namespace Holdfast.ConsoleUi.Parts;

/// <summary>
/// A page that follows the fleet: it asks again after each look of the feed, never twice at a time, and ends with its circuit.
/// </summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private IDisposable? _watching;
    private bool _refreshing;
    private bool _ended;

    [CascadingParameter]
    internal Person Person { get; set; } = null!;

    [CascadingParameter]
    internal Texts T { get; set; } = new("en");

    [Inject]
    internal Api Api { get; set; } = null!;

    [Inject]
    internal LiveFeed Feed { get; set; } = null!;

    [Inject]
    internal DialogService Dialogs { get; set; } = null!;

    [Inject]
    internal NotificationService Notes { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    private protected FleetActions FleetActions => field ??= new FleetActions(Api, Person);

    private protected FleetChanges FleetChanges => field ??= new FleetChanges(Api, Person);

    private protected bool May(Role needed) => Person.May(needed);

    /// <summary>
    /// Value of a filter. Each time when the address says something else it is what the address says, of what there is to choose from.
    /// Between such changes it is the value that the person has chosen.
    /// </summary>
    private protected static string Chosen(string chosen, string? asked, ref string? given, IEnumerable<string> allowed)
    {
        if (asked == given)
        {
            return chosen;
        }

        given = asked;
        return allowed.FirstOrDefault(a => a == asked, "");
    }

    /// <summary>Reads what the page shows.</summary>
    protected virtual Task Refresh() => Task.CompletedTask;

    protected override Task OnParametersSetAsync() => Refresh();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _watching = Feed.Watch(() => _ = InvokeAsync(FollowOn));
        }
    }

    /// <summary>Opens a form for something that changes the fleet, sends it, and says how it went; false: it was not sent.</summary>
    private protected async Task<bool> Act(FormAction action)
    {
        var done = await Dialogs.OpenAsync<ActionForm>(T[action.Title], new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [nameof(ActionForm.FormAction)] = action,
            [nameof(ActionForm.Person)] = Person,
            [nameof(ActionForm.T)] = T,
        }, new DialogOptions { Width = "min(34rem, 96vw)", CloseDialogOnOverlayClick = false, AutoFocusFirstElement = true });
        if (done is true)
        {
            Notes.Notify(NotificationSeverity.Success, T[action.Title], action.On);
            await Refresh();
            StateHasChanged();
        }

        return done is true;
    }

    private async Task FollowOn()
    {
        if (_refreshing || _ended)
        {
            return;
        }

        _refreshing = true;
        try
        {
            await Refresh();
            StateHasChanged();
        }
        finally
        {
            _refreshing = false;
        }
    }

    public void Dispose()
    {
        _ended = true;
        _watching?.Dispose();
        GC.SuppressFinalize(this);
    }
}
