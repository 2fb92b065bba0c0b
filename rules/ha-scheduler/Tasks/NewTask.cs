namespace Holdfast.Rules.HaScheduler.Tasks;

/// <summary>Body of POST /api/v1/tasks. Fields are nullable so that all that is missing can be told at once.</summary>
internal sealed record NewTask
{
    /// <summary>1 to 64 of a-z, A-Z, 0-9, '-', '_', '.', a letter or digit among them; the name when left out, if that is one.</summary>
    public string? Id { get; init; }

    /// <summary>1 to 64 characters of any script.</summary>
    public string? Name { get; init; }

    /// <summary>migration or synchronization.</summary>
    public string? Type { get; init; }

    /// <summary>Region in which its Incr-Sync runs; work never leaves it.</summary>
    public string? Region { get; init; }

    /// <summary>HIGH, MEDIUM (default), LOW or IGNORE.</summary>
    public string? Protection { get; init; }

    public NewTaskSource? Source { get; init; }
    public NewTaskComponent? IncrSync { get; init; }
    public NewTaskComponent? Store { get; init; }

    /// <summary>Copies all data once; never moved by HA.</summary>
    public NewTaskComponent? FullImport { get; init; }

    /// <summary>Compares all data once; never moved by HA.</summary>
    public NewTaskComponent? FullVerification { get; init; }

    /// <summary>Its components go only to hosts that carry all of these.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Use the same Stores as others over this source; true for synchronization, never for migration.</summary>
    public bool? ShareStore { get; init; }

    /// <summary>Position that its Store starts from, unix seconds; now when left out.</summary>
    public long? StartTimestamp { get; init; }
}

/// <summary>Region is the task's when left out; Log is what is known of the source's log.</summary>
internal sealed record NewTaskSource(string? Name, string? Region, SourceLog? Log = null);

/// <summary>Command is an argument vector. Desired is Running (default) or Stopped.</summary>
internal sealed record NewTaskComponent(IReadOnlyList<string>? Command, string? Desired)
{
    /// <summary>A JSON object of at most 64 KiB, which its supervisor writes to config.json before each start; may hold secrets.</summary>
    public JsonElement? Config { get; init; }
}
