namespace Holdfast.Contracts.Views;

/// <summary>
/// Settings for a well-known receiver, from its manual: the body, the limits of texts, the markup, the sign that it took a message,
/// and how many a minute it takes.
/// </summary>
/// <param name="Body">Null: CloudEvents 1.0.</param>
public sealed record Preset(string Name, string? Body, AnswerSign Answer, int? MessagesPerMinute = null)
{
    /// <summary>Address of the page with its rules.</summary>
    public string Manual { get; init; } = "";

    /// <summary>Greatest length of a variable's value, as it is shown.</summary>
    public IReadOnlyDictionary<string, TextLimit> Texts { get; init; } = new Dictionary<string, TextLimit>(StringComparer.Ordinal);

    /// <summary>Bytes of a body; null: the channel's own limit only.</summary>
    public int? BodyBytesMax { get; init; }

    public Markup Markup { get; init; }

    /// <summary>The sign of success as a response check has it.</summary>
    public IReadOnlyDictionary<string, JsonElement> ResponseCheck => Answer.Success.Take(1).ToDictionary(
        s => s.Key, s => JsonElement.Parse(s.Value is "0" or "true" ? s.Value : $"\"{s.Value}\""), StringComparer.Ordinal);
}

/// <summary>Signs by which a receiver says that it took a message, or why not: data, from its manual.</summary>
public sealed record AnswerSign
{
    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Field and value that mean success; the first field that the answer has decides. None: any 2xx is success.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Success { get; init; } = [];

    /// <summary>An answer that is no JSON and means success; null: no such answer does.</summary>
    public string? Plain { get; init; }

    /// <summary>Success also where the answer has none of the fields.</summary>
    public bool AbsentIsSuccess { get; init; }

    /// <summary>Field with the code of a failure, when not in the fields of <see cref="Success"/>.</summary>
    public string? CodeField { get; init; }

    /// <summary>Codes about this one message, which no retry helps, each with what does.</summary>
    public IReadOnlyDictionary<string, string> Refused { get; init; } = Nothing;

    /// <summary>Codes about the channel's settings, which no retry helps, each with what does.</summary>
    public IReadOnlyDictionary<string, string> Closed { get; init; } = Nothing;

    /// <summary>Codes that ask for patience, with the seconds to wait.</summary>
    public IReadOnlyDictionary<string, int> Patience { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);
}

/// <summary>Kind of markup that a receiver reads in a text, and how it is told that a text is none.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Markup>))]
public enum Markup
{
    /// <summary>The text is shown as it is.</summary>
    None,

    /// <summary>
    /// Slack: <c>&amp;</c>, <c>&lt;</c> and <c>&gt;</c> as entities, so that neither a mention nor a link under another name begins
    /// (docs.slack.dev, Formatting message text, Escaping text).
    /// </summary>
    Entities,

    /// <summary>
    /// Feishu and WeCom know no escape: a space without width behind <c>&lt;</c> and <c>]</c> keeps <c>&lt;at user_id="all"&gt;</c>,
    /// <c>&lt;@userid&gt;</c> and <c>[text](address)</c> from being read as such (open.feishu.cn, custom bots;
    /// developer.work.weixin.qq.com, path 91770).
    /// </summary>
    Broken,
}

/// <summary>Unit in which the length of a text is measured.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TextUnit>))]
public enum TextUnit
{
    /// <summary>UTF-16 units, the strictest way to count characters.</summary>
    Characters,

    /// <summary>Bytes of UTF-8.</summary>
    Bytes,

    /// <summary>Bytes of UTF-8 as they stand in a JSON body.</summary>
    JsonBytes,
}

/// <summary>The most that a text may have.</summary>
public sealed record TextLimit(int Max, TextUnit Unit);
