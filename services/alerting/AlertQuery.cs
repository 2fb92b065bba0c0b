using System.Globalization;
using System.Text.RegularExpressions;
using Holdfast.Contracts;
using Holdfast.Platform.Http;
using Holdfast.Platform.State;
using Microsoft.AspNetCore.Http;
using Match = Holdfast.Platform.State.Match;

namespace Holdfast.Alerting;

/// <summary>A page of a list; <paramref name="Next"/> is the cursor of the following one, absent on the last.</summary>
internal sealed record ListPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>
/// What may be asked of the list of alerts. Text, so that a wrong value is answered with the rule that it breaks.
/// </summary>
internal sealed partial record AlertQuery(
    string? Scope, string? Range, string? Event, string? Status, string? Q, string? Cursor, string? Limit)
{
    private const int TextMax = 200;

    private static readonly Dictionary<string, int> Days = new(StringComparer.Ordinal)
        { ["7d"] = 7, ["3w"] = 21, ["1m"] = 30, ["3m"] = 92 };
    private static readonly Dictionary<string, AlertScope> Scopes = new(StringComparer.Ordinal)
        { ["system"] = AlertScope.System, ["task"] = AlertScope.Task };

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
        var days = One("range", Range ?? "7d", Days, faults);
        var query = DocumentQuery<Alert>.All
            .Where(a => a.LastTriggered, Match.GreaterOrEqual, Saying.Micros(now.AddDays(-days)))
            .OrderBy(a => a.LastTriggered, descending: true).Take(limit)
                .After(string.IsNullOrEmpty(Cursor) ? null : Cursor);
        query = string.IsNullOrEmpty(Scope) ? query
            : query.Where(a => a.Scope, Match.Equal, One("scope", Scope, Scopes, faults));
        query = string.IsNullOrEmpty(Status) ? Heard(query)
            : Of(query, One("status", Status, Statuses, faults));
        query = string.IsNullOrEmpty(Event) ? query
            : query.Where(a => a.Event, Match.Equal, Text("event", Event, faults));
        query = string.IsNullOrEmpty(Q) ? query
            : Id().Match(Q.Trim()) is { Success: true } id
                ? query.WithIdPrefix(id.Groups["fingerprint"].Value.ToLowerInvariant() + "-")
                    .Where(a => a.Search, Match.Contains, Q.Trim())
            : query.Where(a => a.Search, Match.Contains, Text("q", Q, faults));
        return faults.Count > 0 ? Faults.Query(faults) : query;
    }

    /// <summary>The same list for each status, to be counted.</summary>
    internal Outcome<IReadOnlyDictionary<string, DocumentQuery<Alert>>> ReadByStatus(DateTimeOffset now)
    {
        var queries = new Dictionary<string, DocumentQuery<Alert>>(StringComparer.Ordinal);
        foreach (var status in Statuses.Keys)
        {
            var query = (this with { Status = status }).Read(now);
            if (query.Fault is { } fault)
            {
                return fault;
            }

            queries[status] = query.Value!;
        }

        return queries;
    }

    /// <summary>What was heard of only when it had ended is Completed: the other statuses are counted by their index alone.</summary>
    private static DocumentQuery<Alert> Of(DocumentQuery<Alert> query, SendingStatus status)
    {
        var those = query.Where(a => a.Status, Match.Equal, status);
        return status == SendingStatus.Completed ? Heard(those) : those;
    }

    private static DocumentQuery<Alert> Heard(DocumentQuery<Alert> query) => query.Where(a => a.Count, Match.Greater, 0L);

    /// <summary>A whole id or fingerprint is looked up, not searched for.</summary>
    [GeneratedRegex("^(?<fingerprint>[0-9a-f]{16})(-[0-9]+)?$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Id();

    private static T? One<T>(string field, string given, Dictionary<string, T> allowed, List<FieldFault> faults)
    {
        if (!allowed.TryGetValue(given, out var value))
        {
            faults.Add(new FieldFault(field, Limits.Short(given), $"must be one of {string.Join(", ", allowed.Keys)}"));
        }

        return value;
    }

    private static string Text(string field, string given, List<FieldFault> faults)
    {
        if (given.Length > TextMax)
        {
            faults.Add(new FieldFault(field, Limits.Short(given), $"must have at most {TextMax} characters"));
        }

        return given;
    }
}

internal static class Limits
{
    private const int Default = 50;
    private const int Max = 500;

    internal static int Read(string? given, List<FieldFault> faults)
    {
        if (string.IsNullOrEmpty(given))
        {
            return Default;
        }

        if (int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit is >= 1 and <= Max)
        {
            return limit;
        }

        faults.Add(new FieldFault("limit", Short(given), $"must be 1 to {Max}"));
        return Default;
    }

    internal static string Short(string text) => text.Length <= 100 ? text : text[..99] + "…";
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
