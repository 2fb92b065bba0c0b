using System.Collections.Frozen;
using System.Reflection;

namespace Holdfast.HaScheduler.Replay;

/// <summary>Writes passes as frames (<see cref="PassFormat"/>): the first one whole, the others as what has changed.</summary>
internal sealed class PassWriter : IDisposable
{
    private readonly Stream _stream;
    private readonly CheckedStream _checked;
    private readonly BinaryWriter _to;
    private Snapshot? _before;
    private HaConfig? _config;
    private byte[] _rest = [];
    private IReadOnlyDictionary<string, string> _holds = new Dictionary<string, string>(StringComparer.Ordinal);

    internal PassWriter(Stream stream, string instance)
    {
        _stream = stream;
        _checked = new CheckedStream(stream);
        _to = new BinaryWriter(_checked, Encoding.UTF8, leaveOpen: true);
        _to.Write(PassFormat.Mark);
        _to.Write7BitEncodedInt(PassFormat.Version);
        _to.Write(instance);
        _to.Write(typeof(PassWriter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "");
        EndFrame();
    }

    internal void Write(Snapshot now, HaConfig config, Decided decided, long dropped)
    {
        _to.Write(PassFormat.Pass);
        _to.Write7BitEncodedInt64(dropped);
        _to.Write(now.Now.UtcTicks);
        Small(now, config);
        Hosts(now.Hosts, _before?.Hosts ?? []);
        Documents(now.Registrations, _before?.Registrations ?? [], r => r.Id, r => Recorded.Bytes(Recorded.Of(r)));
        if (ReferenceEquals(now.Tasks, _before?.Tasks))
        {
            Documents<TaskDocument>([], [], t => t.Id, Recorded.Bytes);
        }
        else
        {
            Documents([.. now.Tasks.Values], [.. _before?.Tasks.Values ?? []], t => t.Id, t => Recorded.Bytes(Recorded.Of(t)));
        }

        Texts(now.StoresByHost, _before?.StoresByHost ?? FrozenDictionary<string, int>.Empty, (to, count) => to.Write7BitEncodedInt(count));
        Write(decided);
        EndFrame();
        _before = now;
    }

    /// <summary>No more comes: whoever reads it knows that nothing is missing.</summary>
    internal void End()
    {
        _to.Write(PassFormat.End);
        EndFrame();
    }

    public void Dispose()
    {
        _to.Dispose();
        _checked.Dispose();
    }

    private void EndFrame()
    {
        _to.Flush();
        _stream.Write(_checked.TakeSum());
    }

    private void Small(Snapshot now, HaConfig config)
    {
        var rest = Recorded.Bytes(Recorded.Rest(now));
        var isSame = rest.AsSpan().SequenceEqual(_rest);
        _to.Write(!isSame);
        if (!isSame)
        {
            PassFormat.Bytes(_to, _rest = rest);
        }

        var isSameConfig = config == _config;
        _to.Write(!isSameConfig);
        if (!isSameConfig)
        {
            PassFormat.Json(_to, _config = config);
        }
    }

    private void Hosts(IReadOnlyList<HostSnapshot> now, IReadOnlyList<HostSnapshot> old)
    {
        var before = Aligned(now, old);
        var verdicts = Enumerable.Range(0, now.Count).Where(i => !IsSame(before[i]?.Verdict, now[i].Verdict)).ToList();
        PassFormat.Places(_to, verdicts);
        verdicts.ForEach(i => PassFormat.Json(_to, now[i].Verdict));
        var reports = Enumerable.Range(0, now.Count)
            .Where(i => before[i] is null ? now[i].Reported is not null : !Recorded.IsSame(before[i]!.Reported, now[i].Reported)).ToList();
        PassFormat.Places(_to, reports);
        foreach (var reported in reports.Select(i => now[i].Reported))
        {
            _to.Write(reported is not null);
            if (reported is not null)
            {
                PassFormat.Json(_to, Recorded.Of(reported));
            }
        }

        HostColumns.Write(_to, now, before);
    }

    private static bool IsSame(HostVerdict? before, HostVerdict now) => ReferenceEquals(before, now) || before == now;

    /// <summary>The hosts of the frame before in the order of this one; the order is written only when it is another.</summary>
    private HostSnapshot?[] Aligned(IReadOnlyList<HostSnapshot> now, IReadOnlyList<HostSnapshot> old)
    {
        var isSame = _before is not null && now.Count == old.Count && !now.Where((h, i) => h.Verdict.Host != old[i].Verdict.Host).Any();
        _to.Write(!isSame);
        if (isSame)
        {
            return [.. old];
        }

        _to.Write7BitEncodedInt(now.Count);
        var byName = old.ToDictionary(h => h.Verdict.Host, StringComparer.Ordinal);
        var before = new HostSnapshot?[now.Count];
        for (var i = 0; i < now.Count; i++)
        {
            _to.Write(now[i].Verdict.Host);
            before[i] = byName.GetValueOrDefault(now[i].Verdict.Host);
        }

        return before;
    }

    /// <summary>
    /// Documents are immutable: those that are the same object in the same place are unchanged, and only the others are
    /// looked at.
    /// </summary>
    private void Documents<T>(IReadOnlyList<T> now, IReadOnlyList<T> before, Func<T, string> key, Func<T, byte[]> json) where T : class
    {
        var (fresh, old) = (new List<T>(), new Dictionary<string, T>(StringComparer.Ordinal));
        for (var i = 0; i < Math.Max(now.Count, before.Count); i++)
        {
            var (a, b) = (i < before.Count ? before[i] : null, i < now.Count ? now[i] : null);
            if (!ReferenceEquals(a, b))
            {
                fresh.AddRange(b is null ? [] : [b]);
                old[a is null ? "" : key(a)] = a!;
            }
        }

        old.Remove("");
        foreach (var document in fresh)
        {
            var isKnown = old.Remove(key(document), out var former);
            if (ReferenceEquals(former, document))
            {
                continue;
            }

            var bytes = json(document);
            if (!isKnown || !bytes.AsSpan().SequenceEqual(json(former!)))
            {
                _to.Write(true);
                PassFormat.Bytes(_to, bytes);
            }
        }

        _to.Write(false);
        _to.Write7BitEncodedInt(old.Count);
        foreach (var gone in old.Keys)
        {
            _to.Write(gone);
        }
    }

    private void Texts<T>(IReadOnlyDictionary<string, T> now, IReadOnlyDictionary<string, T> before, Action<BinaryWriter, T> write)
    {
        var changed = now.Where(n => !before.TryGetValue(n.Key, out var b) || !EqualityComparer<T>.Default.Equals(b, n.Value)).ToList();
        _to.Write7BitEncodedInt(changed.Count);
        foreach (var (key, value) in changed)
        {
            _to.Write(key);
            write(_to, value);
        }

        var gone = before.Keys.Where(key => !now.ContainsKey(key)).ToList();
        _to.Write7BitEncodedInt(gone.Count);
        gone.ForEach(_to.Write);
    }

    private void Write(Decided decided)
    {
        _to.Write7BitEncodedInt(decided.Count);
        _to.Write((ulong)(decided.Sum >> 64));
        _to.Write((ulong)decided.Sum);
        _to.Write7BitEncodedInt(decided.Acts.Count);
        foreach (var act in decided.Acts)
        {
            _to.Write(act);
        }

        Texts(decided.Holds, _holds, (to, code) => to.Write(code));
        _holds = decided.Holds;
    }
}
