using System.IO.Compression;
using System.Security.Cryptography;

namespace Holdfast.Platform.State.Archive;

/// <summary>Contents of a backup.</summary>
/// <param name="At">Time at which it was made.</param>
/// <param name="From">The store that it was made of.</param>
/// <param name="Collections">Documents of each collection.</param>
public sealed record BackupContents(DateTimeOffset At, string From, IReadOnlyDictionary<string, long> Collections)
{
    public long Documents => Collections.Values.Sum();
}

/// <summary>
/// A backup: compressed lines of JSON, a head, one for each document, and an end with the count and the SHA-256 of all lines
/// before it. A file without a right end is no backup.
/// </summary>
public static class BackupFile
{
    private const int Format = 1;

    /// <summary>No store has such a document; a file of a few bytes unpacks to a line of any length.</summary>
    internal const int LineMax = 64 << 20;

    private const string SequenceCollection = "heartbeat.sequence";

    private sealed record Head(int Holdfast, DateTimeOffset At, string From);

    private sealed record Line(string C, int S, string I, long V, JsonElement D);

    private sealed record End(long Documents, string Sha256);

    /// <summary>
    /// Writes aside, reads it back whole, and only then gives it its name: an older file of that name stays until then.
    /// Faults: PF-310 the store has no documents, PF-311 the file cannot be written.
    /// </summary>
    public static Outcome<BackupContents> Write(
        string path, IStateArchive store, string from, DateTimeOffset now, CancellationToken cancel)
    {
        var aside = $"{path}.{Environment.ProcessId}.part";
        try
        {
            WriteLines(aside, store, new Head(Format, now, from), cancel);
            var read = Check(aside, cancel);
            if (read.Fault is null && read.Value!.Documents == 0)
            {
                return new Fault("PF-310", 409, "Nothing to back up", $"{from} has no documents; no backup was made.",
                    "Name the store and the data directory of the installation.");
            }

            if (read.Fault is null)
            {
                File.Move(aside, path, overwrite: true);
            }

            return read;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Fault("PF-311", 503, "The backup cannot be written", $"{path}: {e.Message}.",
                "Name another file, or free the disk; an older backup of that name was left as it is.");
        }
        finally
        {
            File.Delete(aside);
        }
    }

    /// <summary>Reads all of it. Fault: PF-307, damaged or no backup.</summary>
    public static Outcome<BackupContents> Check(string path, CancellationToken cancel)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        try
        {
            var head = new Head[1];
            foreach (var document in Read(path, head, cancel))
            {
                counts[document.Collection] = counts.GetValueOrDefault(document.Collection) + 1;
            }

            return new BackupContents(head[0].At, head[0].From, counts);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or JsonException)
        {
            return new Fault("PF-307", 400, "No sound backup", $"{path}: {e.Message}.", "Name another backup; nothing was changed.");
        }
    }

    /// <summary>Its documents; throws <see cref="InvalidDataException"/> at the end unless all of it is as it was written.</summary>
    public static IEnumerable<ArchivedDocument> Read(string path, CancellationToken cancel) => Read(path, new Head[1], cancel);

    private static void WriteLines(string path, IStateArchive store, Head head, CancellationToken cancel)
    {
        // Channels hold secrets: there is no moment in which it is open.
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = PrivateFiles.OfFile,
        });
        File.SetUnixFileMode(path, PrivateFiles.OfFile);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var packed = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            var count = 0L;
            ArchivedDocument? newest = null;
            Put(head, hash, packed);
            store.ReadAll(
                document =>
                {
                    if (document.Collection == SequenceCollection)
                    {
                        // Of the heartbeat sequence the newest row tells all that is needed after a restore.
                        newest = newest is null || string.CompareOrdinal(AtOf(newest), AtOf(document)) <= 0 ? document : newest;
                        return;
                    }

                    PutDocument(document);
                },
                cancel);
            if (newest is not null)
            {
                PutDocument(newest);
            }

            Put(new End(count, Convert.ToHexStringLower(hash.GetHashAndReset())), null, packed);

            void PutDocument(ArchivedDocument document)
            {
                using var json = JsonDocument.Parse(document.Json);
                Put(new Line(document.Collection, document.Schema, document.Id, document.Version, json.RootElement), hash, packed);
                count++;
            }
        }

        file.Flush(flushToDisk: true);
    }

    private static string AtOf(ArchivedDocument document)
    {
        using var json = JsonDocument.Parse(document.Json);
        return json.RootElement.TryGetProperty("at", out var at) ? at.ToString() : "";
    }

    private static void Put<T>(T line, IncrementalHash? hash, Stream into)
    {
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, StateJson.Options), (byte)'\n'];
        hash?.AppendData(bytes);
        into.Write(bytes);
    }

    private static IEnumerable<ArchivedDocument> Read(string path, Head[] head, CancellationToken cancel)
    {
        using var file = File.OpenRead(path);
        using var packed = new GZipStream(file, CompressionMode.Decompress);
        using var lines = new StreamReader(packed);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var count = 0L;
        var text = new StringBuilder();
        var line = NextLine(lines, text) ?? throw new InvalidDataException("it is empty");
        head[0] = JsonSerializer.Deserialize<Head>(line, StateJson.Options)!;
        if (head[0].Holdfast != Format)
        {
            throw new InvalidDataException($"its format is {head[0].Holdfast}, this program knows {Format}");
        }

        while (NextLine(lines, text) is { } next)
        {
            cancel.ThrowIfCancellationRequested();
            hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
            line = next;
            if (line.StartsWith("{\"documents\":", StringComparison.Ordinal))
            {
                break;
            }

            var document = JsonSerializer.Deserialize<Line>(line, StateJson.Options)!;
            count++;
            yield return new ArchivedDocument(
                document.C, document.S, document.I, document.V, JsonSerializer.SerializeToUtf8Bytes(document.D, StateJson.Options));
        }

        var end = JsonSerializer.Deserialize<End>(line, StateJson.Options);
        if (end?.Documents != count || end.Sha256 != Convert.ToHexStringLower(hash.GetHashAndReset()))
        {
            throw new InvalidDataException("it is cut short, or was changed after it was made");
        }
    }

    /// <summary>Without its end; null: there is none any more.</summary>
    private static string? NextLine(StreamReader from, StringBuilder text)
    {
        text.Clear();
        while (from.Read() is var letter and >= 0)
        {
            if (letter == '\n')
            {
                return text.ToString();
            }

            if (text.Length == LineMax)
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"a line of it has more than {LineMax} letters, which no document has"));
            }

            text.Append((char)letter);
        }

        return text.Length == 0 ? null : text.ToString();
    }
}
