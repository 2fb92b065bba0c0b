namespace Holdfast.Engines.Tests.Sqlite;

/// <summary>
/// Rows of tables as a stream's changes make them. Each change has to meet the row that it speaks of. So a row that was not logged, or
/// twice, or in the wrong order, is found at once.
/// </summary>
internal sealed class Replica
{
    private readonly Dictionary<string, List<string>> _rows = new(StringComparer.Ordinal);

    internal IReadOnlyList<string> Rows(string table) => [.. Of(table).Order(StringComparer.Ordinal)];

    internal void Apply(SourceStream stream, TransactionPart part)
    {
        foreach (var change in part.Read())
        {
            var rows = Of(stream.Tables[change.Table].Name);
            if (!change.Before.IsNone)
            {
                var before = Exam.Rows.Text(change.Before);
                Assert.True(rows.Remove(before), $"{change.Kind} of a row that is not there: {before}, at {part.Position}");
            }

            if (!change.After.IsNone)
            {
                rows.Add(Exam.Rows.Text(change.After));
            }
        }
    }

    /// <summary>Reads until a position.</summary>
    internal async Task Follow(SourceStream stream, Position to)
    {
        for (var at = Position.Zero; at < to;)
        {
            switch (await stream.Next())
            {
                case Engine.Seams.TransactionEvent transaction:
                    Apply(stream, transaction.Part);
                    at = transaction.Part.IsLast ? transaction.Part.Position : at;
                    break;
                case Engine.Seams.AliveEvent alive:
                    at = alive.Position;
                    break;
            }
        }
    }

    private List<string> Of(string table) => _rows.TryGetValue(table, out var rows) ? rows : _rows[table] = [];
}
