using Holdfast.ConsoleUi.Access;
using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Feed;
using Holdfast.Contracts;
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

    private protected Deeds Deeds => field ??= new Deeds(Api, Person);

    private protected FleetChanges FleetChanges => field ??= new FleetChanges(Api, Person);

    private protected bool May(Role needed) => Person.May(needed);

    /// <summary>
    /// What a filter is set to: to what the address says, of what there is to choose from, each time when the address says
    /// something else; between that to what the person has chosen.
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
    private protected async Task<bool> Act(Deed deed)
    {
        var done = await Dialogs.OpenAsync<DeedForm>(T[deed.Title], new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [nameof(DeedForm.Deed)] = deed,
            [nameof(DeedForm.Person)] = Person,
            [nameof(DeedForm.T)] = T,
        }, new DialogOptions { Width = "min(34rem, 96vw)", CloseDialogOnOverlayClick = false, AutoFocusFirstElement = true });
        if (done is true)
        {
            Notes.Notify(NotificationSeverity.Success, T[deed.Title], deed.On);
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

/// <summary>A field of a form.</summary>
/// <param name="Kind">text, password, url, number, datetime (UTC), area, choice, check; json and list of a channel.</param>
public sealed record Field(string Name, string Label, string Value = "", string Kind = "text", bool Needed = false)
{
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>It cannot be changed once what it belongs to is saved.</summary>
    public bool IsFixed { get; init; }
}

/// <summary>Something that a person does to an object of the fleet, with a form of its own.</summary>
/// <param name="Title">As the button says it; what the audit calls it.</param>
/// <param name="Sentence">What will happen.</param>
/// <param name="Send">Sends it with the form's values.</param>
public sealed record Deed(string Title, string On, string Sentence, Func<IReadOnlyDictionary<string, string>, Task<Fault?>> Send)
{
    public IReadOnlyList<Field> Fields { get; init; } = [];

    /// <summary>What speaks against it, in the person's language; null: nothing does.</summary>
    public string? Warning { get; init; }

    /// <summary>To be typed before it is sent; null: nothing is lost by it.</summary>
    public string? TypedName { get; init; }
}
