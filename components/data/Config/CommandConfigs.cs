namespace Holdfast.Data.Config;

/// <summary>The two sides of a comparison.</summary>
internal sealed record VerifyConfig
{
    /// <summary>The task that copies: its progress at the sink counts.</summary>
    public required string Task { get; init; }

    public required DatabaseConfig Source { get; init; }

    public required DatabaseConfig Sink { get; init; }

    /// <summary>Patterns of <c>schema.table</c> that the Store collects; none: every table.</summary>
    public IReadOnlyList<string> StoreTables { get; set; } = [];

    /// <summary>Patterns of <c>schema.table</c> that the Incr-Sync writes; none: every table.</summary>
    public IReadOnlyList<string> Tables { get; set; } = [];

    /// <summary>A column of the sink that numbers transactions: <c>schema.table.column</c>.</summary>
    public string? Counter { get; init; }

    /// <summary>Time for which rows that look different are looked at again.</summary>
    public double LimitSeconds { get; set; } = 60;
}

/// <summary>A database that is to be looked at before anything is copied from it or to it.</summary>
internal sealed record CheckConfig
{
    public required DatabaseConfig Database { get; init; }

    /// <summary>Rows are to be written to it; else they are to be read.</summary>
    public bool IsSink { get; set; }

    /// <summary>Statements that change tables are to be copied too.</summary>
    public bool HasDdl { get; set; }

    /// <summary>Patterns of <c>schema.table</c>; none: every table.</summary>
    public IReadOnlyList<string> Tables { get; set; } = [];
}

/// <summary>A source whose slots are to be listed, or one of them dropped.</summary>
internal sealed record SlotsConfig
{
    public required DatabaseConfig Database { get; init; }

    /// <summary>Stores that there are.</summary>
    public IReadOnlyList<string> Stores { get; set; } = [];

    /// <summary>Stores that were removed for good.</summary>
    public IReadOnlyList<string> Removed { get; set; } = [];

    /// <summary>A slot's name; null: they are listed.</summary>
    public string? Drop { get; init; }

    /// <summary>Drops a slot also when nothing is known of it.</summary>
    public bool Force { get; set; }
}

/// <summary>A sink whose sequences are to be looked at, or moved past the rows that tasks have written.</summary>
internal sealed record SequencesConfig
{
    public required DatabaseConfig Database { get; init; }

    /// <summary>Patterns of <c>schema.table</c>; none: every table.</summary>
    public IReadOnlyList<string> Tables { get; set; } = [];

    /// <summary>Those that are behind are moved; else nothing is changed.</summary>
    public bool Advance { get; set; }
}
