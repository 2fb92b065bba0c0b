namespace Holdfast.Alerting.Api;

/// <summary>Events as people see them. Pure.</summary>
internal static class EventViews
{
    extension(EventView)
    {
        internal static EventView Of(KnownEvent known, string publicUrl) => new(
            known.Name, known.Scope == AlertScope.System ? "system" : "task", (int?)known.Level, known.Title,
            $"{publicUrl}/api/v1/alerts/runbooks/{known.Name}");
    }
}

/// <summary>
/// docs/alerts.md as it lies in the assembly. The page that an alert links to is served by the service that sent the alert, so that it
/// can be read where no other documentation can be reached.
/// </summary>
internal static class RunbookPages
{
    private static readonly Lazy<string> Document = new(() =>
    {
        using var stream = typeof(RunbookPages).Assembly.GetManifestResourceStream("alerts.md")
            ?? throw new InvalidOperationException("docs/alerts.md is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });

    /// <inheritdoc cref="Runbooks.Section"/>
    internal static string? Section(string name) => Runbooks.Section(Document.Value, name);
}
