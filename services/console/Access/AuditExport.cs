namespace Holdfast.ConsoleUi.Access;

/// <summary>The audit as a file, written as it is read: it may be long.</summary>
internal static class AuditExport
{
    internal static IReadOnlyList<string> Formats { get; } = ["csv", "json"];

    private const string Columns = "at,by,what,on,outcome,detail,address";
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    internal static string TypeOf(string format) => format == "csv" ? "text/csv; charset=utf-8" : "application/json";

    internal static async Task Write(Stream to, string format, IAsyncEnumerable<AuditEntry> entries, CancellationToken cancel)
    {
        if (format == "json")
        {
            await JsonSerializer.SerializeAsync(to, entries, Json, cancel);
            return;
        }

        await using var writer = new StreamWriter(to, Utf8, leaveOpen: true);
        await writer.WriteAsync($"{Columns}\r\n".AsMemory(), cancel);
        await foreach (var entry in entries.WithCancellation(cancel))
        {
            await writer.WriteAsync($"{Row(entry)}\r\n".AsMemory(), cancel);
        }
    }

    internal static string Row(AuditEntry entry) => string.Join(',', new[]
    {
        entry.At.ToString("O", CultureInfo.InvariantCulture), entry.By, entry.What, entry.On, entry.Outcome, entry.Detail ?? "",
        entry.Address,
    }.Select(Cell));

    /// <summary>
    /// As RFC 4180 has it. A spreadsheet takes what begins with one of these signs for a formula, and a name that somebody tried to log
    /// in with is anybody's: an apostrophe makes it text.
    /// </summary>
    private static string Cell(string text)
    {
        var tame = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text;
        return tame.AsSpan().IndexOfAny(",\"\r\n") < 0 ? tame : $"\"{tame.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
