using System.Linq.Expressions;
using System.Text.RegularExpressions;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Match = Holdfast.Platform.State.Match;

namespace Holdfast.Alerting.Api;

/// <summary>
/// Parameters of the list of alerts, as text, so that a wrong value is answered with the rule that it breaks. Of scope, event,
/// status and condition several may be given: one of them is enough.
/// </summary>
internal sealed partial record AlertQuery(
    [FromQuery(Name = "scope")] string[]? Scope, [FromQuery(Name = "range")] string? Range, [FromQuery(Name = "event")] string[]? Event,
    [FromQuery(Name = "status")] string[]? Status, [FromQuery(Name = "condition")] string[]? Condition,
    [FromQuery(Name = "host")] string[]? Host, [FromQuery(Name = "incident")] string[]? Incident, [FromQuery(Name = "q")] string[]? Q,
    [FromQuery(Name = "cursor")] string? Cursor, [FromQuery(Name = "limit")] string? Limit)
{
    /// <summary>As a host: of none.</summary>
    internal const string NoHost = "-";

    private const int TextMax = 200;

    private static readonly Dictionary<string, int> Days = new(StringComparer.Ordinal)
        { ["7d"] = 7, ["3w"] = 21, ["1m"] = 30, ["3m"] = 92 };
    private static readonly Dictionary<string, AlertScope> Scopes = new(StringComparer.Ordinal)
        { ["system"] = AlertScope.System, ["task"] = AlertScope.Task };

    /// <summary>Whether it counts as firing, as <see cref="FiringAlerts"/> does: news of something done never does.</summary>
    private static readonly Dictionary<string, bool> Conditions = new(StringComparer.Ordinal) { ["firing"] = true, ["ended"] = false };

    private static readonly Dictionary<string, SendingStatus> Statuses = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Pending"] = SendingStatus.Pending,
        ["Failed"] = SendingStatus.Failed,
        ["Successful"] = SendingStatus.Successful,
        ["Sent again"] = SendingStatus.SentAgain,
        ["Completed"] = SendingStatus.Completed,
    };

    /// <summary>Newest first; alerts that were heard of only when they had ended are left out.</summary>
    internal Outcome<DocumentQuery<Alert>> Read(DateTimeOffset now)
    {
        var faults = new List<FieldFault>();
        var limit = Limits.Read(Limit, faults);
        var days = Limits.OneOf("range", [Range ?? "7d"], Days, faults) is [var asked, ..] ? asked : 0;
        var query = Since(AlertNormalizer.Micros(now.AddDays(-days)), Limits.OneOf("condition", Condition, Conditions, faults)).Take(limit)
            .After(string.IsNullOrEmpty(Cursor) ? null : Cursor);
        query = Limits.Once("host", Host, faults) is { } host ? query.Where(a => a.Host, Match.Equal, host == NoHost ? null : host) : query;
        query = Limits.Once("incident", Incident, faults) is { } id ? query.Where(a => a.Incident, Match.Equal, id) : query;
        query = Any(query, a => a.Scope, Limits.OneOf("scope", Scope, Scopes, faults));
        query = Of(query, Limits.OneOf("status", Status, Statuses, faults));
        query = Any(query, a => a.Event, Limits.OneOf("event", Event, EventCatalog.Names, faults));
        query = Text(query, faults);
        return faults.Count > 0 ? Faults.Query(faults) : query;
    }

    /// <summary>Asks for firing alerts alone by their own index, which has nothing else.</summary>
    private static DocumentQuery<Alert> Since(DateTimeOffset since, IReadOnlyList<bool> isFiring) => isFiring is [true]
        ? DocumentQuery<Alert>.All.Where(a => a.FiringAt, Match.GreaterOrEqual, since).OrderBy(a => a.FiringAt, descending: true)
        : Ended(DocumentQuery<Alert>.All.Where(a => a.LastTriggered, Match.GreaterOrEqual, since), isFiring is [false])
            .OrderBy(a => a.LastTriggered, descending: true);

    private static DocumentQuery<Alert> Ended(DocumentQuery<Alert> query, bool only) =>
        only ? query.Where(a => a.FiringAt, Match.Equal, null) : query;

    /// <summary>The same list of one scope, to be counted.</summary>
    internal Outcome<IReadOnlyDictionary<string, DocumentQuery<Alert>>> ReadByScope(DateTimeOffset now) => Read(now).Fault is { } wrong
        ? wrong
        : Scopes.ToDictionary(s => s.Key, s => (this with { Scope = [s.Key] }).Read(now).Value!, StringComparer.Ordinal);

    /// <summary>The same list for each status, or for each that is asked for, to be counted.</summary>
    internal Outcome<IReadOnlyDictionary<string, DocumentQuery<Alert>>> ReadByStatus(DateTimeOffset now)
    {
        if (Read(now).Fault is { } wrong)
        {
            return wrong;
        }

        var wanted = Limits.OneOf("status", Status, Statuses, []);
        return Statuses.Where(s => wanted.Count == 0 || wanted.Contains(s.Value))
            .ToDictionary(s => s.Key, s => (this with { Status = [s.Key] }).Read(now).Value!, StringComparer.Ordinal);
    }

    private DocumentQuery<Alert> Text(DocumentQuery<Alert> query, List<FieldFault> faults)
    {
        if (Limits.Once("q", Q, faults) is not { } text)
        {
            return query;
        }

        if (Id().Match(text.Trim()) is { Success: true } id)
        {
            return query.WithIdPrefix(id.Groups["fingerprint"].Value.ToLowerInvariant() + "-")
                .Where(a => a.Search, Match.Contains, text.Trim());
        }

        if (text.Length > TextMax)
        {
            faults.Add(new FieldFault("q", Limits.Short(text), $"must have at most {TextMax} characters"));
        }

        return query.Where(a => a.Search, Match.Contains, text);
    }

    private static DocumentQuery<Alert> Any<T>(
        DocumentQuery<Alert> query, Expression<Func<Alert, T>> field, IReadOnlyList<T> wanted) => wanted switch
    {
        [] => query,
        [var one] => query.Where(field, Match.Equal, one),
        _ => query.Where(field, Match.In, wanted),
    };

    /// <summary>Alerts heard of only when they had ended are Completed: the other statuses are counted by their index alone.</summary>
    private static DocumentQuery<Alert> Of(DocumentQuery<Alert> query, IReadOnlyList<SendingStatus> wanted) =>
        wanted.Count == 0 || wanted.Contains(SendingStatus.Completed)
            ? Heard(Any(query, a => a.Status, wanted))
            : Any(query, a => a.Status, wanted);

    private static DocumentQuery<Alert> Heard(DocumentQuery<Alert> query) => query.Where(a => a.Count, Match.Greater, 0L);

    /// <summary>A whole id or fingerprint is looked up, not searched for.</summary>
    [GeneratedRegex("^(?<fingerprint>[0-9a-f]{16})(-[0-9]+)?$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Id();
}

internal static class Paged
{
    internal static async Task<IResult> Page<T>(IDocuments<T> documents, DocumentQuery<T> query,
        CancellationToken cancel) where T : class
    {
        try
        {
            var page = await documents.Query(query, cancel);
            return Results.Ok(new ListPage<T>([.. page.Items.Select(i => i.Document)], page.Next));
        }
        catch (BadCursorException)
        {
            return Faults.Cursor(query.Cursor ?? "").ToResult();
        }
    }
}
