using System.Buffers;

namespace Holdfast.Platform.Http;

/// <summary>
/// Refuses content that no store and no other program could keep, although it may be JSON. That is half a character, NUL, a number
/// beyond a double, an empty place in a list, or a key that is given twice. Checked for every body before anything reads it, so that no
/// reader has to. Pure.
/// </summary>
internal static class BodyRules
{
    private const int DepthMax = 64;
    private const int ShownMax = 100;
    private const string NoNul = "must not have the character NUL";

    /// <summary>Null: nothing of the kind. What is no JSON at all throws the reader's <see cref="JsonException"/>.</summary>
    /// <param name="mayNameTwice">The reader of the body reports by itself which key is given twice.</param>
    internal static FieldFault? Check(in ReadOnlySequence<byte> body, bool mayNameTwice = false)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = DepthMax });
        var place = new Place();
        while (reader.Read())
        {
            if (Check(ref reader, place, mayNameTwice) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static FieldFault? Check(ref Utf8JsonReader reader, Place place, bool mayNameTwice)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                if (Text(ref reader) is not { } name)
                {
                    return new FieldFault(place.Name, null, "must have no name with half a character or a byte that is no UTF-8");
                }

                var isFirst = place.At(name);
                return name.Contains('\0', StringComparison.Ordinal) ? new FieldFault(place.Name, Shown(name), NoNul)
                    : isFirst || mayNameTwice ? null : new FieldFault(place.Name, Shown(name), "must be given once");
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                place.Open(reader.TokenType == JsonTokenType.StartArray);
                return null;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                place.Close();
                return null;
            case JsonTokenType.String:
                place.Item();
                return OfText(ref reader, place);
            case JsonTokenType.Number:
                place.Item();
                return reader.TryGetDouble(out var number) && double.IsFinite(number)
                    ? null : new FieldFault(place.Name, Raw(ref reader), "must be a number of at most 1.7e308");
            case JsonTokenType.Null when place.Item():
                return new FieldFault(place.Name, "null", "must not be null: leave it out of the list");
            default:
                place.Item();
                return null;
        }
    }

    private static FieldFault? OfText(ref Utf8JsonReader reader, Place place)
    {
        if (IsPlain(ref reader))
        {
            return null;
        }

        return Text(ref reader) is not { } text
            ? new FieldFault(place.Name, Raw(ref reader), "must be UTF-8 without half a character (a surrogate that stands alone)")
            : text.Contains('\0', StringComparison.Ordinal) ? new FieldFault(place.Name, Shown(text), NoNul) : null;
    }

    /// <summary>Most texts are: nothing in them has to be looked at one by one.</summary>
    private static bool IsPlain(ref Utf8JsonReader reader) =>
        !reader.ValueIsEscaped && !reader.HasValueSequence && Ascii.IsValid(reader.ValueSpan);

    /// <summary>Null: it is none.</summary>
    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Raw(ref Utf8JsonReader reader) => Shown(Encoding.UTF8.GetString(
        reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan));

    /// <summary>Short, and without what cannot be shown.</summary>
    internal static string Shown(string text)
    {
        var shown = new StringBuilder(Math.Min(text.Length, ShownMax) + 1);
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= ShownMax)
            {
                return shown.Append('…').ToString();
            }

            shown.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune);
        }

        return shown.ToString();
    }

    /// <summary>Position of the reader, as fields are named: <c>usage.cpu</c>, <c>[0].tags[2]</c>.</summary>
    private sealed class Place
    {
        private readonly List<(bool IsList, int Index, string Name)> _open = [];

        /// <summary>By depth; used again for the next object there.</summary>
        private readonly List<HashSet<string>> _named = [];

        internal string Name
        {
            get
            {
                var name = new StringBuilder();
                foreach (var (isList, index, property) in _open)
                {
                    if (isList)
                    {
                        name.Append(CultureInfo.InvariantCulture, $"[{index}]");
                    }
                    else if (property.Length > 0)
                    {
                        name.Append(name.Length > 0 ? "." : "").Append(property);
                    }
                }

                return name.Length == 0 ? "body" : Shown(name.ToString());
            }
        }

        /// <summary>False: this object has had it already.</summary>
        internal bool At(string name)
        {
            _open[^1] = _open[^1] with { Name = name };
            return _named[_open.Count - 1].Add(name);
        }

        internal void Open(bool isList)
        {
            Item();
            _open.Add((isList, -1, ""));
            if (_named.Count < _open.Count)
            {
                _named.Add(new HashSet<string>(StringComparer.Ordinal));
            }

            _named[_open.Count - 1].Clear();
        }

        internal void Close() => _open.RemoveAt(_open.Count - 1);

        /// <summary>A value begins; true when it is one of a list.</summary>
        internal bool Item()
        {
            if (_open.Count == 0 || !_open[^1].IsList)
            {
                return false;
            }

            _open[^1] = _open[^1] with { Index = _open[^1].Index + 1 };
            return true;
        }
    }
}
