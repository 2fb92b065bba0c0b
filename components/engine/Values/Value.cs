using System.Buffers.Binary;

namespace Holdfast.Engine.Values;

/// <summary>
/// One value of a row, read where it lies. <see cref="Raw"/> is the value's only form: equal values of a kind have equal bytes, so
/// keys are compared without a look at their meaning.
/// </summary>
public readonly ref struct Value
{
    private Value(ValueKind kind, ReadOnlySpan<byte> raw, ReadOnlySpan<byte> payload)
    {
        Kind = kind;
        Raw = raw;
        Payload = payload;
    }

    /// <summary>Its kind.</summary>
    public ValueKind Kind { get; }

    /// <summary>All of its bytes: the kind, then what belongs to it.</summary>
    public ReadOnlySpan<byte> Raw { get; }

    /// <summary>Its bytes without the kind, and for text, bytes and labels without their length.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>SQL's NULL; false for a value that is absent.</summary>
    public bool IsNull => Kind == ValueKind.Null;

    /// <summary>The source did not say it.</summary>
    public bool IsAbsent => Kind == ValueKind.Absent;

    /// <summary>Reads the next value and takes it off the front.</summary>
    /// <exception cref="DamagedException">The bytes are no value.</exception>
    public static Value Read(scoped ref ReadOnlySpan<byte> from)
    {
        if (from.IsEmpty)
        {
            throw new DamagedException("a value is to follow, the bytes end");
        }

        var all = from;
        var kind = (ValueKind)from[0];
        from = from[1..];
        var payload = ValuePayload.Read(kind, ref from, 0);
        return new Value(kind, all[..^from.Length], payload);
    }

    /// <summary>A <see cref="ValueKind.Bool"/>.</summary>
    public bool AsBool() => Of(ValueKind.Bool)[0] != 0;

    /// <summary>A whole number that is signed.</summary>
    public long AsInt64()
    {
        var payload = Of(ValueKind.Int64);
        return Varint.Unzigzag(Varint.Read(ref payload));
    }

    /// <summary>A whole number that is unsigned.</summary>
    public ulong AsUInt64()
    {
        var payload = Of(ValueKind.UInt64);
        return Varint.Read(ref payload);
    }

    /// <summary>32 bits.</summary>
    public float AsFloat32() => BinaryPrimitives.ReadSingleLittleEndian(Of(ValueKind.Float32));

    /// <summary>64 bits.</summary>
    public double AsFloat64() => BinaryPrimitives.ReadDoubleLittleEndian(Of(ValueKind.Float64));

    /// <summary>Decimal digits, text, JSON, a label or labels.</summary>
    public string AsText() => Kind is ValueKind.Text or ValueKind.Decimal or ValueKind.Json or ValueKind.Enum or ValueKind.Set
        ? Encoding.UTF8.GetString(Payload)
        : throw Other("text");

    /// <summary>Bytes.</summary>
    public ReadOnlySpan<byte> AsBytes() => Of(ValueKind.Bytes);

    /// <summary>A day.</summary>
    public Day AsDate() => ReadDay(Of(ValueKind.Date));

    /// <summary>Microseconds since midnight.</summary>
    public long AsTime()
    {
        var payload = Of(ValueKind.Time);
        return Varint.Unzigzag(Varint.Read(ref payload));
    }

    /// <summary>A day and microseconds in it.</summary>
    public (Day Day, long Microseconds) AsDateTime()
    {
        var payload = Of(ValueKind.DateTime);
        var day = new Day((int)Varint.Unzigzag(Varint.Read(ref payload)));
        return (day, (long)Varint.Read(ref payload));
    }

    /// <summary>Microseconds since 1970-01-01T00:00:00Z.</summary>
    public long AsInstant() => BinaryPrimitives.ReadInt64LittleEndian(Of(ValueKind.Instant));

    /// <summary>A UUID.</summary>
    public Guid AsUuid() => new(Of(ValueKind.Uuid), bigEndian: true);

    /// <summary>The count of bits, and the bytes that hold them.</summary>
    public (int Count, byte[] Bits) AsBit()
    {
        var payload = Of(ValueKind.Bit);
        var count = (int)Varint.Read(ref payload);
        return (count, payload.ToArray());
    }

    /// <summary>SRID and well-known binary.</summary>
    public (uint Srid, byte[] Wkb) AsGeometry()
    {
        var payload = Of(ValueKind.Geometry);
        var srid = (uint)Varint.Read(ref payload);
        return (srid, payload.ToArray());
    }

    /// <summary>The elements, one value after the other, and the length of each dimension with its lowest index.</summary>
    public (IReadOnlyList<(int Length, int Lowest)> Dimensions, byte[] Elements) AsArray()
    {
        var payload = Of(ValueKind.Array);
        var dimensions = new (int, int)[(int)Varint.Read(ref payload)];
        for (var i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = ((int)Varint.Read(ref payload), (int)Varint.Unzigzag(Varint.Read(ref payload)));
        }

        return (dimensions, payload.ToArray());
    }

    /// <summary>The name of a type that we do not know, and the value as the source writes it.</summary>
    public (string Type, string Text) AsUnknown()
    {
        var payload = Of(ValueKind.Unknown);
        var type = Encoding.UTF8.GetString(Varint.ReadBytes(ref payload));
        return (type, Encoding.UTF8.GetString(payload));
    }

    /// <summary>Text for messages to people, never for a database; long ones are cut.</summary>
    public override string ToString() => Kind switch
    {
        ValueKind.Absent => "(absent)",
        ValueKind.Null => "NULL",
        ValueKind.Bool => AsBool() ? "true" : "false",
        ValueKind.Int64 => AsInt64().ToString(CultureInfo.InvariantCulture),
        ValueKind.UInt64 => AsUInt64().ToString(CultureInfo.InvariantCulture),
        ValueKind.Float32 => AsFloat32().ToString("R", CultureInfo.InvariantCulture),
        ValueKind.Float64 => AsFloat64().ToString("R", CultureInfo.InvariantCulture),
        ValueKind.Decimal => AsText(),
        ValueKind.Text or ValueKind.Json or ValueKind.Enum or ValueKind.Set => $"'{Cut(AsText())}'",
        ValueKind.Date => AsDate().ToString(),
        ValueKind.DateTime => $"{AsDateTime().Day} +{AsDateTime().Microseconds} µs",
        ValueKind.Time => $"{AsTime().ToString(CultureInfo.InvariantCulture)} µs",
        ValueKind.Instant => $"{AsInstant().ToString(CultureInfo.InvariantCulture)} µs",
        ValueKind.Uuid => AsUuid().ToString(),
        ValueKind.Unknown => $"{AsUnknown().Type} '{Cut(AsUnknown().Text)}'",
        ValueKind.Bytes or ValueKind.Bit or ValueKind.Geometry or ValueKind.Array =>
            $"{Kind} x'{Convert.ToHexString(Payload[..Math.Min(Payload.Length, ShownMax / 2)])}'",
        _ => $"kind {(byte)Kind}",
    };

    private const int ShownMax = 64;

    private static string Cut(string text) => text.Length <= ShownMax ? text : text[..ShownMax] + "…";

    private static Day ReadDay(ReadOnlySpan<byte> payload) => new((int)Varint.Unzigzag(Varint.Read(ref payload)));

    private ReadOnlySpan<byte> Of(ValueKind kind) => Kind == kind ? Payload : throw Other(kind.ToString());

    private InvalidOperationException Other(string wanted) => new($"the value is {Kind}, not {wanted}");
}
