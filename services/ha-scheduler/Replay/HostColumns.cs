namespace Holdfast.HaScheduler.Replay;

/// <summary>
/// Writes the values that change for many hosts in every pass, a column at a time: mostly zeros, which compress to almost nothing.
/// Hosts are in the order of the pass; <c>before</c> is the same host in the frame before, null when it is new.
/// </summary>
internal static class HostColumns
{
    /// <summary>Supervisors report shares in thousandths.</summary>
    private const double Scale = 1000;

    private const double ScaledMax = 1e12;

    internal static void Write(BinaryWriter to, IReadOnlyList<HostSnapshot> now, HostSnapshot?[] before)
    {
        var step = Step(now, before);
        to.Write7BitEncodedInt64(Zigzag(step));
        WriteTimes(to, now, i => now[i].Silence.Ticks, i => before[i] is { } b ? b.Silence.Ticks + step : long.MinValue, null);
        WriteTimes(to, now, i => now[i].Unheard.Ticks, i => before[i] is { } b ? b.Unheard.Ticks + step : long.MinValue,
            i => now[i].Silence.Ticks);
        for (var i = 0; i < now.Count; i++)
        {
            to.Write(now[i].HeardSinceVerdict != (before[i]?.HeardSinceVerdict ?? false));
        }

        foreach (var of in (Func<Usage, double>[])[u => u.Cpu, u => u.Memory, u => u.Disk])
        {
            for (var i = 0; i < now.Count; i++)
            {
                WriteNumber(to, Of(before[i], of), Of(now[i], of));
            }
        }
    }

    /// <summary>The columns as <see cref="Write"/> wrote them, laid over the hosts of the frame before.</summary>
    internal static HostTimes[] Read(BinaryReader from, HostTimes?[] before)
    {
        var step = Unzigzag(from.Read7BitEncodedInt64());
        var silence = ReadTimes(from, before.Length, i => before[i]!.Silence + step, null);
        var unheard = ReadTimes(from, before.Length, i => before[i]!.Unheard + step, i => silence[i]);
        var heard = new bool[before.Length];
        for (var i = 0; i < heard.Length; i++)
        {
            heard[i] = from.ReadBoolean() != (before[i]?.Heard ?? false);
        }

        var usage = new double[3][];
        for (var column = 0; column < usage.Length; column++)
        {
            usage[column] = new double[before.Length];
            for (var i = 0; i < before.Length; i++)
            {
                usage[column][i] = ReadNumber(from, Of(before[i]?.Usage, column));
            }
        }

        return
        [
            .. Enumerable.Range(0, before.Length).Select(i =>
                new HostTimes(silence[i], unheard[i], heard[i], new Usage(usage[0][i], usage[1][i], usage[2][i]))),
        ];
    }

    private static double Of(HostSnapshot? host, Func<Usage, double> column) =>
        host?.Reported is { } reported ? column(reported.Report.Usage) : 0;

    private static double Of(Usage? usage, int column) =>
        usage is null ? 0 : column == 0 ? usage.Cpu : column == 1 ? usage.Memory : usage.Disk;

    /// <summary>Time since the pass before: a host that was not heard has been silent for so much longer.</summary>
    private static long Step(IReadOnlyList<HostSnapshot> now, HostSnapshot?[] before)
    {
        long step = 0;
        for (var i = 0; i < now.Count; i++)
        {
            step = before[i] is { } b ? Math.Max(step, now[i].Unheard.Ticks - b.Unheard.Ticks) : step;
        }

        return step;
    }

    /// <summary>
    /// 0: as expected. 1: as the other column, where there is one. Else one of the values of this frame: hosts of one
    /// batch were heard at one moment, so there are few.
    /// </summary>
    private static void WriteTimes(BinaryWriter to, IReadOnlyList<HostSnapshot> hosts, Func<int, long> now, Func<int, long> expected,
        Func<int, long>? other)
    {
        var first = other is null ? 1 : 2;
        var values = new Dictionary<long, int>();
        var codes = new int[hosts.Count];
        for (var i = 0; i < codes.Length; i++)
        {
            var value = now(i);
            if (value == expected(i))
            {
                continue;
            }

            if (value == other?.Invoke(i))
            {
                codes[i] = 1;
                continue;
            }

            if (!values.TryGetValue(value, out var index))
            {
                values[value] = index = values.Count;
            }

            codes[i] = first + index;
        }

        to.Write7BitEncodedInt(values.Count);
        foreach (var (value, _) in values)
        {
            to.Write7BitEncodedInt64(Zigzag(value));
        }

        foreach (var code in codes)
        {
            to.Write7BitEncodedInt(code);
        }
    }

    private static long[] ReadTimes(BinaryReader from, int hosts, Func<int, long> expected, Func<int, long>? other)
    {
        var first = other is null ? 1 : 2;
        var values = new long[PassFormat.Count(from)];
        for (var n = 0; n < values.Length; n++)
        {
            values[n] = Unzigzag(from.Read7BitEncodedInt64());
        }

        var times = new long[hosts];
        for (var i = 0; i < hosts; i++)
        {
            var code = from.Read7BitEncodedInt();
            times[i] = code switch
            {
                0 => expected(i),
                1 when other is not null => other(i),
                _ when code - first < values.Length && code >= first => values[code - first],
                _ => throw new InvalidDataException($"{code} names no time"),
            };
        }

        return times;
    }

    /// <summary>0: unchanged. 1: the number itself follows. Else by how many thousandths it has changed.</summary>
    private static void WriteNumber(BinaryWriter to, double before, double now)
    {
        if (BitConverter.DoubleToInt64Bits(before) == BitConverter.DoubleToInt64Bits(now))
        {
            to.Write7BitEncodedInt64(0);
        }
        else if (Scaled(now) is { } scaled)
        {
            to.Write7BitEncodedInt64(Zigzag(scaled - (Scaled(before) ?? 0)) + 2);
        }
        else
        {
            to.Write7BitEncodedInt64(1);
            to.Write(now);
        }
    }

    private static double ReadNumber(BinaryReader from, double before) => from.Read7BitEncodedInt64() switch
    {
        0 => before,
        1 => from.ReadDouble(),
        var code => ((Scaled(before) ?? 0) + Unzigzag(code - 2)) / Scale,
    };

    private static long? Scaled(double number)
    {
        var scaled = Math.Round(number * Scale);
        return Math.Abs(scaled) < ScaledMax
            && BitConverter.DoubleToInt64Bits((long)scaled / Scale) == BitConverter.DoubleToInt64Bits(number)
            ? (long)scaled
            : null;
    }

    private static long Zigzag(long value) => (value << 1) ^ (value >> 63);

    private static long Unzigzag(long value) => (long)((ulong)value >> 1) ^ -(value & 1);
}

/// <summary>A host's columns; times in ticks.</summary>
internal sealed record HostTimes(long Silence, long Unheard, bool Heard, Usage Usage);
