namespace Holdfast.ConsoleUi.Forms;

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
/// <param name="Sentence">The effect, in a sentence.</param>
/// <param name="Send">Sends it with the form's values.</param>
public sealed record FormAction(string Title, string On, string Sentence, Func<IReadOnlyDictionary<string, string>, Task<Fault?>> Send)
{
    public IReadOnlyList<Field> Fields { get; init; } = [];

    /// <summary>Warning against it, in the person's language; null: nothing speaks against it.</summary>
    public string? Warning { get; init; }

    /// <summary>To be typed before it is sent; null: nothing is lost by it.</summary>
    public string? TypedName { get; init; }
}
