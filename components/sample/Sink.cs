namespace Holdfast.Sample;

/// <summary>Outcomes of one write.</summary>
internal enum Stamp
{
    Accepted,

    /// <summary>The sink has seen a higher epoch: this writer is of the past.</summary>
    StaleEpoch,

    /// <summary>Another writer is in its critical section.</summary>
    Busy,
}

/// <summary>
/// A target that refuses the past: check of the epoch, data and checkpoint are one critical section under flock(2).
/// Every attempt is noted before the check, so that two writers at once can be proven. attempts.log, accepted.log and
/// refused.log are renamed to *.1 (one older file) past 8 MiB, by whoever holds the lock.
/// </summary>
internal sealed class Sink : IDisposable
{
    private const long LogBytesMax = 8 * 1024 * 1024;

    /// <summary>Logs are opened anew after so many attempts: somebody else may have renamed them.</summary>
    private const int ReopenEvery = 50;

    private readonly string _directory;
    private readonly string _checkpointPath;
    private readonly string _freshPath;
    private readonly byte[] _line = new byte[512];
    private readonly string _who;
    private readonly long _epoch;
    private readonly int _lock;
    private int _attempts = -1;
    private int _accepted = -1;
    private int _count;

    public Sink(string directory, long epoch, string who)
    {
        Directory.CreateDirectory(directory);
        (_directory, _epoch, _who) = (directory, epoch, who);
        _checkpointPath = Path.Combine(directory, "checkpoint.json");
        _freshPath = Path.Combine(directory, $"checkpoint.json.{Environment.ProcessId}");
        _lock = Posix.OpenLock(Path.Combine(directory, "lock"));
    }

    /// <summary>Position of the last accepted write, unix seconds; null when there was none.</summary>
    public long? Checkpoint() => Read()?.Checkpoint;

    public Stamp Write(long checkpoint)
    {
        if (_count++ % ReopenEvery == 0)
        {
            Reopen();
        }

        Note(_attempts, checkpoint);
        if (!Posix.TryLock(_lock))
        {
            return Stamp.Busy;
        }

        try
        {
            if (Read() is { } stored && stored.Epoch > _epoch)
            {
                Refuse(checkpoint);
                return Stamp.StaleEpoch;
            }

            Note(_accepted, checkpoint);
            var size = Encoding.UTF8.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture, $"{{\"epoch\":{_epoch},\"checkpoint\":{checkpoint}}}"),
                _line);
            using (var file = File.OpenHandle(_freshPath, FileMode.Create, FileAccess.Write))
            {
                RandomAccess.Write(file, _line.AsSpan(0, size), 0);
            }

            File.Move(_freshPath, _checkpointPath, overwrite: true);
            return Stamp.Accepted;
        }
        finally
        {
            Posix.Release(_lock);
        }
    }

    public void Dispose()
    {
        foreach (var file in new[] { _attempts, _accepted, _lock }.Where(f => f >= 0))
        {
            _ = Posix.Close(file);
        }
    }

    private (long Epoch, long Checkpoint)? Read()
    {
        if (!File.Exists(_checkpointPath))
        {
            return null;
        }

        using var file = File.OpenHandle(_checkpointPath);
        Span<byte> bytes = stackalloc byte[256];
        var json = new Utf8JsonReader(bytes[..RandomAccess.Read(file, bytes, 0)]);
        var (epoch, checkpoint) = (0L, 0L);
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var isEpoch = json.ValueTextEquals("epoch"u8);
            json.Read();
            if (isEpoch)
            {
                epoch = json.GetInt64();
            }
            else
            {
                checkpoint = json.GetInt64();
            }
        }

        return (epoch, checkpoint);
    }

    private void Refuse(long checkpoint)
    {
        var file = Posix.OpenAppend(Path.Combine(_directory, "refused.log"));
        Note(file, checkpoint);
        _ = Posix.Close(file);
    }

    /// <summary>Boot time in ns, epoch, component, pid, checkpoint.</summary>
    private void Note(int file, long checkpoint)
    {
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{Posix.BootNanoseconds()} {_epoch} {_who} {Environment.ProcessId} {checkpoint}\n");
        Posix.WriteLine(file, _line.AsSpan(0, Encoding.UTF8.GetBytes(line, _line)));
    }

    private void Reopen()
    {
        if (Posix.TryLock(_lock))
        {
            foreach (var name in new[] { "attempts.log", "accepted.log", "refused.log" })
            {
                var log = new FileInfo(Path.Combine(_directory, name));
                if (log.Exists && log.Length > LogBytesMax)
                {
                    File.Move(log.FullName, log.FullName + ".1", overwrite: true);
                }
            }

            Posix.Release(_lock);
        }

        foreach (var file in new[] { _attempts, _accepted }.Where(f => f >= 0))
        {
            _ = Posix.Close(file);
        }

        _attempts = Posix.OpenAppend(Path.Combine(_directory, "attempts.log"));
        _accepted = Posix.OpenAppend(Path.Combine(_directory, "accepted.log"));
    }
}
