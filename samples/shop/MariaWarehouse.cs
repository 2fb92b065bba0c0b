using MySqlConnector;

namespace Holdfast.Samples.Shop;

/// <summary>The shop's warehouse, which an older program keeps in MariaDB: shelves, and the movements of goods.</summary>
internal sealed class MariaWarehouse(ShopPlace place, Random random)
{
    private const int Shelves = 60;

    /// <summary>Older ones are deleted.</summary>
    private const int MovementsMax = 2000;

    internal static IReadOnlyList<string> Tables { get; } =
    [
        """
        CREATE TABLE shelves(id int PRIMARY KEY, label varchar(40) NOT NULL, stock int unsigned NOT NULL,
            climate enum('dry','cool','frozen'), note text, counted timestamp(6) NULL) ENGINE=InnoDB
        """,
        """
        CREATE TABLE movements(id bigint AUTO_INCREMENT PRIMARY KEY, shelf int NOT NULL, quantity int NOT NULL,
            weight decimal(10,3) NOT NULL, scan varbinary(64), at datetime(6) NOT NULL,
            FOREIGN KEY (shelf) REFERENCES shelves(id)) ENGINE=InnoDB
        """,
        "CREATE TABLE counter(id int PRIMARY KEY, no bigint NOT NULL) ENGINE=InnoDB",
        "CREATE TABLE journal(no bigint NOT NULL, what varchar(20) NOT NULL, KEY(no)) ENGINE=InnoDB",
    ];

    /// <summary>Shelves, in the first transaction; a warehouse that has them stays as it is.</summary>
    internal async Task Open(CancellationToken cancel)
    {
        await using var connection = await MariaDb.Open(place, ShopPlace.Warehouse, ShopPlace.Application, cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Run(connection, transaction, "INSERT IGNORE INTO counter VALUES(1, 0)", cancel) == 0)
        {
            return;
        }

        for (var i = 1; i <= Shelves; i++)
        {
            await Run(connection, transaction, "INSERT INTO shelves VALUES(@p0, @p1, 500, @p2, @p3, NULL)", cancel, i,
                $"R{i / 10}-{i % 10}", i % 5 == 0 ? DBNull.Value : i % 3 == 0 ? "cool" : "dry",
                i % 4 == 0 ? "oben – 上段 – верх" : DBNull.Value);
        }

        await Note(connection, transaction, "opening", cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Goods come or go.</summary>
    internal async Task Once(CancellationToken cancel)
    {
        await using var connection = await MariaDb.Open(place, ShopPlace.Warehouse, ShopPlace.Application, cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var (shelf, quantity) = (random.Next(1, Shelves + 1), random.Next(1, 40));
        var isOut = random.Next(2) == 0;
        if (await Run(connection, transaction, isOut
            ? "UPDATE shelves SET stock = stock - @p1, counted = now(6) WHERE id = @p0 AND stock >= @p1"
            : "UPDATE shelves SET stock = stock + @p1, counted = now(6) WHERE id = @p0", cancel, shelf, quantity) == 0)
        {
            await transaction.RollbackAsync(cancel);
            return;
        }

        var scan = new byte[random.Next(0, 33)];
        random.NextBytes(scan);
        await Run(connection, transaction, "INSERT INTO movements(shelf, quantity, weight, scan, at) VALUES(@p0, @p1, @p2, @p3, now(6))",
            cancel, shelf, isOut ? -quantity : quantity, quantity * 0.125m, scan.Length == 0 ? DBNull.Value : scan);
        await Note(connection, transaction, isOut ? "out" : "in", cancel);
        await transaction.CommitAsync(cancel);
    }

    private static async Task Note(MySqlConnection connection, MySqlTransaction transaction, string what, CancellationToken cancel)
    {
        await Run(connection, transaction, "UPDATE counter SET no = no + 1 WHERE id = 1", cancel);
        await Run(connection, transaction, "INSERT INTO journal SELECT no, @p0 FROM counter WHERE id = 1", cancel, what);
        await Run(connection, transaction, "DELETE FROM journal WHERE no <= (SELECT no FROM counter WHERE id = 1) - @p0", cancel,
            MovementsMax);
        await Run(connection, transaction, "DELETE FROM movements WHERE id <= (SELECT no FROM counter WHERE id = 1) - @p0", cancel,
            MovementsMax);
    }

    private static async Task<int> Run(
        MySqlConnection connection, MySqlTransaction transaction, string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = new MySqlCommand(sql, connection, transaction);
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"@p{i}", values[i]);
        }

        return await command.ExecuteNonQueryAsync(cancel);
    }
}
