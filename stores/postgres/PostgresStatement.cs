namespace Holdfast.Stores.Postgres;

/// <summary>A statement and the values of its $1, $2 and so on.</summary>
internal sealed record PostgresStatement(string Sql, IReadOnlyList<(object Value, NpgsqlDbType Type)> Values)
{
    internal NpgsqlCommand On(NpgsqlConnection connection, NpgsqlTransaction? transaction = null)
    {
        var command = new NpgsqlCommand(Sql, connection, transaction);
        foreach (var (value, type) in Values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = type });
        }

        return command;
    }
}

/// <summary>Values as they are gathered; each gives the place that it stands for.</summary>
internal sealed class PostgresValues(int before)
{
    private readonly List<(object Value, NpgsqlDbType Type)> _all = [];

    internal IReadOnlyList<(object Value, NpgsqlDbType Type)> All => _all;

    internal string Text(string value) => Add(StoredJson.Keep(value), NpgsqlDbType.Text);

    /// <summary>Adds a text as it was read from a row.</summary>
    internal string Stored(string value) => Add(value, NpgsqlDbType.Text);

    internal string Texts(IEnumerable<string> values) =>
        Add(values.Select(StoredJson.Keep).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);

    /// <summary>Adds a number by its text: a numeric is exact where neither a double nor a decimal is.</summary>
    internal string Number(object value) => $"{Add(Written(value), NpgsqlDbType.Text)}::text::numeric";

    internal string Numbers(IEnumerable<object> values) =>
        $"{Add(values.Select(Written).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text)}::text[]::numeric[]";

    private string Add(object value, NpgsqlDbType type)
    {
        _all.Add((value, type));
        return $"${_all.Count + before}";
    }

    private static string Written(object number) =>
        ((IFormattable)number).ToString(number is double ? "R" : null, System.Globalization.CultureInfo.InvariantCulture);
}
