namespace Holdfast.Engine.Kafka.Topics;

/// <summary>The rules of Kafka for a topic's name.</summary>
internal static class TopicName
{
    private const int LengthMax = 249;

    /// <summary>Says why a name is not allowed; null: it is. Nothing is replaced: two tables might become one topic.</summary>
    internal static string? WhyNot(string name) => name switch
    {
        "" => "is empty",
        "." or ".." => "is not allowed by Kafka",
        { Length: > LengthMax } => $"has {name.Length} characters, Kafka allows {LengthMax}",
        _ when name.FirstOrDefault(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')) is var bad and not '\0' =>
            $"has the character '{bad}'; Kafka allows letters without accents, digits, '.', '_' and '-'",
        _ => null,
    };
}
