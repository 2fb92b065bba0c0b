namespace Holdfast.Alerting.Channels;

/// <summary>Broken rules of a definition, all at once: the first one of each field. No value that may be a secret is repeated.</summary>
internal sealed class RuleCheck
{
    private readonly List<FieldFault> _faults;
    private readonly string _before;

    internal RuleCheck()
        : this([], "")
    {
    }

    private RuleCheck(List<FieldFault> faults, string before) => (_faults, _before) = (faults, before);

    internal IReadOnlyList<FieldFault> Faults => _faults;

    /// <summary>Of fields that stand in one.</summary>
    internal RuleCheck Within(string field) => new(_faults, $"{_before}{field}.");

    internal void That(bool holds, string field, object? value, string rule)
    {
        var name = _before + field;
        if (!holds && !_faults.Exists(f => f.Field == name))
        {
            _faults.Add(new FieldFault(name, value, rule));
        }
    }

    /// <summary>A value of a map may be null, whatever its type says.</summary>
    internal static string Short(string? text) => text is null ? "null" : text.Length <= 100 ? text : text[..99] + "…";

    /// <summary>Each field within its own bounds.</summary>
    internal void Fields(IReadOnlyList<KindField> fields, ChannelSettings settings)
    {
        foreach (var field in fields)
        {
            var value = field.ValueOf(settings);
            if (WhyNot(field, value) is { } rule)
            {
                That(false, field.Name, Shown(field, value), rule);
            }
        }
    }

    private static object? Shown(KindField field, object? value) => (field.Type, value) switch
    {
        (_, null) => null,
        (FieldType.Secret or FieldType.Headers, _) => Secrets.Mask,
        (FieldType.Url, string url) => Secrets.MaskedUrl(url),
        (_, IReadOnlyList<string> list) => Short(string.Join(", ", list)),
        (_, string text) => Short(text),
        _ => value,
    };

    private static string? WhyNot(KindField field, object? value) => value switch
    {
        null or "" or Secret { Value: "" } or IReadOnlyList<string> { Count: 0 } when field.Required => Needed(field),
        null => null,
        int number => number >= field.Min && number <= field.Max ? null
            : string.Create(CultureInfo.InvariantCulture, $"must be {field.Min} to {field.Max}"),
        Secret secret => HasLength(field, secret.Value) ? null : Length(field),
        IReadOnlyList<string> list => HasSize(field, list) ? null : $"must be {field.Min} to {field.Max} texts, none of them empty",
        string text => WhyNotText(field, text),
        _ => null,
    };

    private static string? WhyNotText(KindField field, string text) => field.Type switch
    {
        FieldType.Choice => field.Choices.Any(c => c.Value == text) ? null
            : $"must be one of {string.Join(", ", field.Choices.Select(c => c.Value))}",
        FieldType.Url => IsUrl(text) ? null : "must be an absolute http or https URL of at most 4 KiB",
        FieldType.File => text.Length is > 0 and <= KindField.PathMax ? null : "must be a file's path",
        FieldType.Text => HasLength(field, text) ? null : Length(field),
        _ => null,
    };

    private static string Needed(KindField field) => field.Type switch
    {
        FieldType.Url => "must be an absolute http or https URL of at most 4 KiB",
        FieldType.Choice => $"must be one of {string.Join(", ", field.Choices.Select(c => c.Value))}",
        FieldType.Text when field.Min > 1 => Length(field),
        _ => "must be given",
    };

    private static string Length(KindField field) => string.Create(
        CultureInfo.InvariantCulture, $"must have {field.Min} to {field.Max} characters");

    private static bool HasLength(KindField field, string text) => text.Length >= field.Min && text.Length <= field.Max;

    private static bool HasSize(KindField field, IReadOnlyList<string> list) =>
        list.Count >= field.Min && list.Count <= field.Max && list.All(i => !string.IsNullOrEmpty(i));

    private static bool IsUrl(string url) => url.Length <= KindField.TextMax
        && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0;
}
