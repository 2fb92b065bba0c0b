namespace Holdfast.App.Fleet;

/// <summary>A task that a run makes to be looked at: from where to where it copies, by the run's data directory.</summary>
/// <param name="Id">Of the task.</param>
/// <param name="Protection">Its protection.</param>
/// <param name="Desired">Running or Stopped, at first.</param>
internal abstract record DemoTask(string Id, string Protection, string Desired)
{
    /// <summary>Names its source; tasks of one source share it.</summary>
    internal abstract string Subtopic { get; }

    /// <summary>For how long the source keeps what all have read: seconds; null: as it likes.</summary>
    internal abstract long? KeptSeconds { get; }

    /// <summary>Patterns of the source's tables; none: every one.</summary>
    internal virtual IReadOnlyList<string> Tables => [];

    /// <summary>A column of the sink that numbers transactions.</summary>
    internal abstract string Counter { get; }

    /// <summary>Its source and its sink were made in this data directory.</summary>
    internal abstract bool IsIn(string data);

    /// <summary>The source, as <c>holdfast-data</c> is told of it.</summary>
    internal abstract JsonObject SourceIn(string data);

    /// <summary>The sink, likewise.</summary>
    internal abstract JsonObject SinkIn(string data);
}
