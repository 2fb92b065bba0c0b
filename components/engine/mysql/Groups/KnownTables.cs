using System.Security.Cryptography;
using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Events;
using Holdfast.Engine.MySql.Tables;
using Holdfast.Engine.MySql.Values;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.MySql.Groups;

/// <summary>Tables of one reading, asked of the server once and again after each statement that changes tables.</summary>
internal sealed class KnownTables(MySqlServer server, IReadOnlyDictionary<int, (string Charset, string Collation)> charsets) : ITables
{
    private readonly Dictionary<(string Schema, string Name), (TableMap Map, TableLayout Layout, uint Id)> _known = [];

    /// <summary>The server's collations, by their numbers.</summary>
    internal static async Task<IReadOnlyDictionary<int, (string Charset, string Collation)>> Charsets(
        MySqlConnection connection, CancellationToken cancel)
    {
        var found = new Dictionary<int, (string, string)>();
        var rows = await connection.All("SHOW COLLATION", cancel);
        foreach (var row in rows)
        {
            if (row[2] is { } id)
            {
                found[Convert.ToInt32(id, CultureInfo.InvariantCulture)] =
                    (Convert.ToString(row[1], CultureInfo.InvariantCulture)!, Convert.ToString(row[0], CultureInfo.InvariantCulture)!);
            }
        }

        // Collations of MariaDB that fit several character sets have their numbers in another list.
        if (connection.IsMaria())
        {
            foreach (var row in await connection.All(
                "SELECT ID, CHARACTER_SET_NAME, FULL_COLLATION_NAME FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY", cancel))
            {
                found[Convert.ToInt32(row[0], CultureInfo.InvariantCulture)] =
                    (Convert.ToString(row[1], CultureInfo.InvariantCulture)!, Convert.ToString(row[2], CultureInfo.InvariantCulture)!);
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public async ValueTask<(TableLayout Layout, uint Id)> Of(TableMap map, CancellationToken cancel)
    {
        if (_known.TryGetValue((map.Schema, map.Name), out var known) && known.Map.IsLike(map))
        {
            return (known.Layout, known.Id);
        }

        await using var connection = await Connections.Open(server, cancel);
        var shape = await TableReader.Read(connection, map.Schema, map.Name, cancel);
        try
        {
            var layout = TableLayout.Of(map, shape, charsets)
                ?? throw new SourceFaultException(SourceFaults.NoNames($"{map.Schema}.{map.Name}"));
            var id = await Id(connection, layout.Schema, cancel);
            _known[(map.Schema, map.Name)] = (map, layout, id);
            return (layout, id);
        }
        catch (NoValueException error)
        {
            throw new SourceFaultException(SourceFaults.NoValue($"{map.Schema}.{map.Name}", Position.Zero, error.Message));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<(TableSchema Table, uint Id)> Of(string schema, string name, CancellationToken cancel)
    {
        if (_known.TryGetValue((schema, name), out var known))
        {
            return (known.Layout.Schema, known.Id);
        }

        await using var connection = await Connections.Open(server, cancel);
        return await TableReader.Read(connection, schema, name, cancel) is { } shape
            ? (shape.Schema, await Id(connection, shape.Schema, cancel))
            : (new TableSchema { Id = 0, Schema = schema, Name = name, Columns = [] }, 0);
    }

    /// <inheritdoc/>
    public void Forget() => _known.Clear();

    private static Task<uint> Id(MySqlConnection connection, TableSchema table, CancellationToken cancel)
    {
        var text = new StringBuilder(table.FullName);
        foreach (var column in table.Columns)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\n{column.Name}\t{column.Kind}\t{column.Type}\t{column.IsNullable}\t{column.IsGenerated}\t{column.Collation}");
        }

        foreach (var key in table.Keys)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{key.Name}\t{key.IsPrimary}\t{key.IsInexact}\t{string.Join(',', key.Columns)}");
        }

        return Installation.TableId(connection, SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())), table.FullName, cancel);
    }
}
