using Holdfast.Rules.Apply.Faults;

namespace Holdfast.Data.Config;

/// <summary>The rules of a configuration, beyond its types.</summary>
internal static class ConfigRules
{
    private const int TextMax = 256;
    private const int ListMax = 1000;
    private const int LanesMax = 64;
    private const int HoursMax = 10 * 366 * 24;
    private const long QuotaBytesMin = 1 << 20;

    /// <summary>The first rule that is broken, with field and value; null: none is.</summary>
    internal static string? Broken(DataConfig config) =>
        (config.Store is { } store ? Broken(store) : null) ?? (config.IncrSync is { } sync ? Broken(sync) : null);

    private static string? Broken(StoreConfig store) =>
        Text("store.subtopic", store.Subtopic) ?? Tables("store.tables", store.Tables)
        ?? Hours("store.keepHours", store.KeepHours) ?? Hours("store.forgetConsumersHours", store.ForgetConsumersHours)
        ?? (store.Api is { } api ? Address("store.api", api) : null)
        ?? (store.QuotaBytes < QuotaBytesMin ? $"store.quotaBytes: {store.QuotaBytes} is below {QuotaBytesMin}." : null);

    private static string? Broken(IncrSyncConfig sync) =>
        Text("incrSync.subtopic", sync.Subtopic) ?? Tables("incrSync.tables", sync.Tables)
        ?? Address("incrSync.api", sync.Api)
        ?? (sync.Lanes is < 1 or > LanesMax ? $"incrSync.lanes: {sync.Lanes} is not from 1 to {LanesMax}." : null)
        ?? Rate("incrSync.rowsPerSecond", sync.RowsPerSecond) ?? Rate("incrSync.bytesPerSecond", sync.BytesPerSecond)
        ?? Tickets(sync.SkipRows) ?? sync.Ddl?.Broken("incrSync.ddl");

    private static string? Address(string field, Uri api) => !api.IsAbsoluteUri || api.Scheme is not ("http" or "https")
        ? $"{field}: '{api}' is no address that begins with http:// or https://." : null;

    private static string? Hours(string field, int value) =>
        value is < 1 or > HoursMax ? $"{field}: {value} is not from 1 to {HoursMax}." : null;

    private static string? Rate(string field, double? value) =>
        value is <= 0 ? FormattableString.Invariant($"{field}: {value} is not above 0.") : null;

    private static string? Text(string field, string value) =>
        value.Length is 0 or > TextMax || value.Any(char.IsControl)
            ? $"{field}: has {value.Length} characters; 1 to {TextMax} without control characters are allowed." : null;

    private static string? Tables(string field, IReadOnlyList<string> patterns) =>
        patterns.Count > ListMax ? $"{field}: has {patterns.Count} entries, the most is {ListMax}."
        : patterns.Where(p => p?.Contains('.', StringComparison.Ordinal) != true).Take(1).ToList() is [var bad]
            ? $"{field}: '{bad}' is no pattern of schema.table." : null;

    private static string? Tickets(IReadOnlyList<string> tickets) =>
        tickets.Count > ListMax ? $"incrSync.skipRows: has {tickets.Count} entries, the most is {ListMax}."
        : tickets.Where(t => t is not { Length: RowName.TicketDigits } || !t.All(char.IsAsciiHexDigitLower)).Take(1).ToList() is [var bad]
            ? $"incrSync.skipRows: '{bad}' is no ticket of {RowName.TicketDigits} digits and letters a to f." : null;
}
