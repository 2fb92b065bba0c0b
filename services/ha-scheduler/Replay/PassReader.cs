using System.IO.Compression;
using Holdfast.Fleet;

namespace Holdfast.HaScheduler.Replay;

/// <summary>Reads the passes of one segment, in order; each is checked before it is given out.</summary>
internal sealed class PassReader : IDisposable
{
    private readonly SeesEnd _file;
    private readonly GZipStream _gzip;
    private readonly CheckedStream _checked;
    private readonly BinaryReader _from;
    private readonly Dictionary<string, Registration> _components = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskDocument> _tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _stores = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _holds = new(StringComparer.Ordinal);
    private Registration[] _allComponents = [];
    private Host[] _hosts = [];
    private Snapshot? _rest;
    private HaConfig? _config;
    private Snapshot? _last;

    internal PassReader(Stream file)
    {
        _file = new SeesEnd(file);
        _gzip = new GZipStream(_file, CompressionMode.Decompress);
        _checked = new CheckedStream(_gzip);
        _from = new BinaryReader(_checked, Encoding.UTF8, leaveOpen: true);
    }

    /// <summary>Null until <see cref="Next"/> has given null.</summary>
    internal SegmentEnd? End { get; private set; }

    /// <summary>Description and position of the damage, when it is damaged or cut off.</summary>
    internal string? Why { get; private set; }

    /// <summary>Number of passes that it has given out.</summary>
    internal int Passes { get; private set; }

    /// <summary>Version of the program that wrote it; empty before the first pass.</summary>
    internal string Version { get; private set; } = "";

    private sealed record Host(string Name, HostVerdict? Verdict, FleetHost? Reported, HostTimes? Times);

    /// <summary>The next pass; null at the end, and then <see cref="End"/> says which one.</summary>
    internal RecordedPass? Next()
    {
        if (End is not null)
        {
            return null;
        }

        var from = _checked.Passed;
        try
        {
            if (_rest is null)
            {
                Header();
                from = _checked.Passed;
            }

            var kind = _from.ReadByte();
            var pass = kind switch
            {
                PassFormat.Pass => Pass(),
                PassFormat.End => null,
                _ => throw new InvalidDataException($"a frame of kind {kind}"),
            };
            Check();
            End = pass is null ? SegmentEnd.Closed : null;
            Passes += pass is null ? 0 : 1;
            _last = pass?.Snapshot ?? _last;
            return pass;
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException or JsonException or FormatException
            or ArgumentException or OverflowException or NotSupportedException or NullReferenceException)
        {
            Stop(error, from);
            return null;
        }
    }

    public void Dispose()
    {
        _from.Dispose();
        _checked.Dispose();
        _gzip.Dispose();
        _file.Dispose();
    }

    private void Stop(Exception error, long from)
    {
        var isShort = _file.SawEnd && error is EndOfStreamException or InvalidDataException { Source: "System.IO.Compression" };
        End = !isShort ? SegmentEnd.Damaged : _checked.Passed == from ? SegmentEnd.Open : SegmentEnd.CutOff;
        var after = _last is null ? "no pass could be read before it" : $"the last whole pass is number {Passes} of {_last.Now:O}";
        Why = End switch
        {
            SegmentEnd.Damaged => $"damaged in the frame that begins at byte {from} of its content ({error.Message}); {after}",
            SegmentEnd.CutOff => $"ends in the middle of a pass, at byte {_checked.Passed} of its content; {after}",
            _ => null,
        };
    }

    private void Header()
    {
        if (PassFormat.Text(_from) != PassFormat.Mark)
        {
            throw new InvalidDataException("it is no recording of passes");
        }

        var version = _from.Read7BitEncodedInt();
        if (version != PassFormat.Version)
        {
            throw new InvalidDataException($"its format is version {version}, and this program reads version {PassFormat.Version}");
        }

        PassFormat.Text(_from);
        Version = PassFormat.Text(_from);
        Check();
    }

    private void Check()
    {
        var sum = _checked.TakeSum();
        var written = new byte[CheckedStream.SumLength];
        _gzip.ReadExactly(written);
        if (!written.AsSpan().SequenceEqual(sum))
        {
            throw new InvalidDataException("its checksum is another one");
        }
    }

    private RecordedPass Pass()
    {
        var dropped = _from.Read7BitEncodedInt64();
        var now = new DateTimeOffset(_from.ReadInt64(), TimeSpan.Zero);
        _rest = _from.ReadBoolean()
            ? PassFormat.Json<Snapshot>(_from)
            : _rest ?? throw new InvalidDataException("the first frame is not whole");
        _config = _from.ReadBoolean()
            ? PassFormat.Json<HaConfig>(_from)
            : _config ?? throw new InvalidDataException("it has no configuration");
        Hosts();
        if (Documents(_components, r => r.Id))
        {
            _allComponents = [.. _components.Values];
        }

        var hasOtherTasks = Documents(_tasks, t => t.Id);
        var hasOtherStores = Texts(_stores, from => from.Read7BitEncodedInt());
        var snapshot = _rest with
        {
            Now = now,
            Hosts = [.. _hosts.Select(Snapshot)],
            Registrations = _allComponents,
            Tasks = hasOtherTasks || _last is null ? new Dictionary<string, TaskDocument>(_tasks, StringComparer.Ordinal) : _last.Tasks,
            StoresByHost = hasOtherStores || _last is null
                ? new Dictionary<string, int>(_stores, StringComparer.Ordinal) : _last.StoresByHost,
        };
        return new RecordedPass(snapshot, _config, Decided(), dropped);
    }

    private static HostSnapshot Snapshot(Host host) => new(
        host.Verdict!, host.Reported, new TimeSpan(host.Times!.Silence), host.Times.Heard, new TimeSpan(host.Times.Unheard));

    private void Hosts()
    {
        if (_from.ReadBoolean())
        {
            var old = _hosts.ToDictionary(h => h.Name, StringComparer.Ordinal);
            _hosts = new Host[PassFormat.Count(_from)];
            for (var i = 0; i < _hosts.Length; i++)
            {
                var name = PassFormat.Text(_from);
                _hosts[i] = old.GetValueOrDefault(name) ?? new Host(name, null, null, null);
            }
        }

        foreach (var i in PassFormat.Places(_from, _hosts.Length))
        {
            _hosts[i] = _hosts[i] with { Verdict = PassFormat.Json<HostVerdict>(_from) };
        }

        foreach (var i in PassFormat.Places(_from, _hosts.Length))
        {
            _hosts[i] = _hosts[i] with { Reported = _from.ReadBoolean() ? PassFormat.Json<FleetHost>(_from) : null };
        }

        var times = HostColumns.Read(_from, [.. _hosts.Select(h => h.Times)]);
        for (var i = 0; i < _hosts.Length; i++)
        {
            var reported = _hosts[i].Reported;
            _hosts[i] = _hosts[i] with
            {
                Times = times[i],
                Reported = reported is null || reported.Report.Usage == times[i].Usage
                    ? reported
                    : reported with { Report = reported.Report with { Usage = times[i].Usage } },
            };
        }
    }

    private bool Documents<T>(Dictionary<string, T> all, Func<T, string> key)
    {
        var changes = 0;
        for (; _from.ReadBoolean(); changes++)
        {
            var document = PassFormat.Json<T>(_from);
            all[key(document)] = document;
        }

        return Gone(all) || changes > 0;
    }

    private bool Texts<T>(Dictionary<string, T> all, Func<BinaryReader, T> read)
    {
        var count = PassFormat.Count(_from);
        for (var n = 0; n < count; n++)
        {
            all[PassFormat.Text(_from)] = read(_from);
        }

        return Gone(all) || count > 0;
    }

    private bool Gone<T>(Dictionary<string, T> all)
    {
        var count = PassFormat.Count(_from);
        for (var n = 0; n < count; n++)
        {
            all.Remove(PassFormat.Text(_from));
        }

        return count > 0;
    }

    private Decided Decided()
    {
        var count = _from.Read7BitEncodedInt();
        var sum = new UInt128(_from.ReadUInt64(), _from.ReadUInt64());
        string[] acts = [.. Enumerable.Range(0, PassFormat.Count(_from)).Select(_ => PassFormat.Text(_from))];
        Texts(_holds, PassFormat.Text);
        return new Decided(count, sum, acts, new Dictionary<string, string>(_holds, StringComparer.Ordinal));
    }
}
