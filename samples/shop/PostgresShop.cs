using Npgsql;

namespace Holdfast.Samples.Shop;

/// <summary>
/// One customer's or clerk's session with the shop: orders that are placed, paid and cancelled, goods that come, and people who look. Each
/// transaction that writes numbers itself in a journal without a key, so one that is missing at a copy, or there twice, is seen.
/// </summary>
internal sealed class PostgresShop(NpgsqlDataSource source, Random random)
{
    internal const int Customers = 300;
    internal const int Products = 100;

    /// <summary>Older ones are deleted once they are closed, and so are journal's rows: the database does not grow.</summary>
    internal const int OrdersMax = 2000;

    private const int JournalRows = 2000;
    private const int LinesMax = 4;

    private readonly ShopValues _values = new(random);

    internal const string Tables = """
        CREATE TABLE customers(id bigint PRIMARY KEY, name text NOT NULL, email varchar(120) NOT NULL UNIQUE, is_member boolean NOT NULL,
            profile jsonb NOT NULL, photo bytea, born date, joined timestamptz NOT NULL);
        CREATE TABLE products(id integer PRIMARY KEY, sku varchar(20) NOT NULL UNIQUE, title text NOT NULL, price numeric(12,2) NOT NULL,
            stock integer NOT NULL CHECK (stock >= 0), weight_kg double precision, tags json, restocked timestamptz);
        CREATE TABLE orders(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers,
            reference uuid NOT NULL, status text NOT NULL CHECK (status IN ('open', 'paid', 'cancelled')), total numeric(12,2) NOT NULL,
            note text, is_gift boolean NOT NULL, placed timestamptz NOT NULL, closed timestamptz);
        CREATE INDEX orders_open ON orders(id) WHERE status = 'open';
        CREATE TABLE order_items(order_id bigint NOT NULL REFERENCES orders, line integer NOT NULL, product_id integer NOT NULL
            REFERENCES products, quantity integer NOT NULL CHECK (quantity > 0), price numeric(12,2) NOT NULL, PRIMARY KEY(order_id, line));
        CREATE TABLE payments(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders,
            amount numeric(12,2) NOT NULL, method text NOT NULL, receipt bytea, paid timestamptz NOT NULL);
        CREATE INDEX payments_order ON payments(order_id);
        CREATE TABLE counter(id integer PRIMARY KEY, no bigint NOT NULL);
        CREATE TABLE journal(no bigint NOT NULL, what text NOT NULL);
        CREATE INDEX journal_no ON journal(no);
        """;

    /// <summary>Customers and goods, in the shop's first transaction; a shop that has them stays as it is.</summary>
    internal static async Task Open(NpgsqlDataSource source, Random random, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var values = new ShopValues(random);
        if (await Run(connection, "INSERT INTO counter VALUES(1, 0) ON CONFLICT DO NOTHING", cancel) == 0)
        {
            return;
        }

        for (var i = 1; i <= Customers; i++)
        {
            await Run(connection, "INSERT INTO customers VALUES($1, $2, $3, $4, $5::jsonb, $6, $7::date, now())", cancel, (long)i,
                $"{values.Word()} {i.ToString(CultureInfo.InvariantCulture)}", $"c{i.ToString(CultureInfo.InvariantCulture)}@example.org",
                i % 3 == 0, values.Profile(), i % 4 == 0 ? DBNull.Value : values.Some(80),
                i % 5 == 0 ? DBNull.Value : (object)$"{1940 + i % 60}-0{1 + i % 9}-1{i % 10}");
        }

        for (var i = 1; i <= Products; i++)
        {
            await Run(connection, "INSERT INTO products VALUES($1, $2, $3, $4::numeric / 100, $5, $6, $7::json, NULL)", cancel, i,
                $"SKU-{i:0000}", $"{values.Word()} {values.Word()}", random.Next(95, 19_999), 1000,
                i % 7 == 0 ? DBNull.Value : (object)(random.Next(1, 9000) / 1000.0), i % 6 == 0 ? DBNull.Value : values.Profile());
        }

        await Note(connection, "opening", cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>One transaction, whichever comes.</summary>
    internal async Task Once(CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var what = random.Next(100) switch
        {
            < 34 => await Place(connection, cancel),
            < 66 => await Pay(connection, cancel),
            < 76 => await Cancel(connection, cancel),
            < 82 => await Restock(connection, cancel),
            < 86 => await Change(connection, cancel),
            < 90 => await Forget(connection, cancel),
            _ => await Look(connection, cancel),
        };
        if (what is null)
        {
            await transaction.RollbackAsync(cancel);
            return;
        }

        await Note(connection, what, cancel);
        await transaction.CommitAsync(cancel);
    }

    private async Task<string?> Place(NpgsqlConnection connection, CancellationToken cancel)
    {
        // In the order of their numbers: no two orders wait for each other.
        var taken = new List<(int Product, int Quantity, decimal Price)>();
        var wanted = Enumerable.Range(0, random.Next(1, LinesMax + 1)).Select(_ => random.Next(1, Products + 1)).Distinct();
        foreach (var product in wanted.Order())
        {
            var quantity = random.Next(1, 6);
            if (await One(connection, "UPDATE products SET stock = stock - $2 WHERE id = $1 AND stock >= $2 RETURNING price", cancel,
                product, quantity) is decimal price)
            {
                taken.Add((product, quantity, price));
            }
        }

        if (taken.Count == 0)
        {
            return null;
        }

        var order = (long)(await One(connection, """
            INSERT INTO orders(customer_id, reference, status, total, note, is_gift, placed) VALUES($1, $2, 'open', $3, $4, $5, now())
                RETURNING id
            """, cancel, (long)random.Next(1, Customers + 1), Guid.CreateVersion7(), taken.Sum(t => t.Quantity * t.Price),
            random.Next(3) == 0 ? (object)$"{_values.Word()}, {_values.Word()}" : DBNull.Value, random.Next(8) == 0))!;
        for (var i = 0; i < taken.Count; i++)
        {
            await Run(connection, "INSERT INTO order_items VALUES($1, $2, $3, $4, $5)", cancel, order, i + 1, taken[i].Product,
                taken[i].Quantity, taken[i].Price);
        }

        return "place";
    }

    private async Task<string?> Pay(NpgsqlConnection connection, CancellationToken cancel)
    {
        const string Oldest = "SELECT id FROM orders WHERE status = 'open' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED";
        if (await One(connection, Oldest, cancel) is not long order)
        {
            return null;
        }

        await Run(connection, "INSERT INTO payments(order_id, amount, method, receipt, paid) SELECT id, total, $2, $3, now() FROM orders "
            + "WHERE id = $1", cancel, order, random.Next(2) == 0 ? "card" : "bank transfer",
            random.Next(2) == 0 ? _values.Some(40) : DBNull.Value);
        await Run(connection, "UPDATE orders SET status = 'paid', closed = now() WHERE id = $1", cancel, order);
        return "pay";
    }

    private static async Task<string?> Cancel(NpgsqlConnection connection, CancellationToken cancel)
    {
        const string Newest = "SELECT id FROM orders WHERE status = 'open' ORDER BY id DESC LIMIT 1 FOR UPDATE SKIP LOCKED";
        if (await One(connection, Newest, cancel) is not long order)
        {
            return null;
        }

        await Run(connection, "SELECT FROM products WHERE id IN (SELECT product_id FROM order_items WHERE order_id = $1) ORDER BY id FOR "
            + "NO KEY UPDATE", cancel, order);
        await Run(connection, "UPDATE products p SET stock = stock + quantity FROM order_items i WHERE i.order_id = $1 "
            + "AND p.id = i.product_id", cancel, order);
        await Run(connection, "UPDATE orders SET status = 'cancelled', closed = now() WHERE id = $1", cancel, order);
        return "cancel";
    }

    private async Task<string?> Restock(NpgsqlConnection connection, CancellationToken cancel)
    {
        await Run(connection, "UPDATE products SET stock = stock + $1, restocked = now() WHERE id = (SELECT id FROM products "
            + "ORDER BY stock LIMIT 1)", cancel, random.Next(50, 500));
        return "restock";
    }

    private async Task<string?> Change(NpgsqlConnection connection, CancellationToken cancel)
    {
        await Run(connection, "UPDATE customers SET profile = $2::jsonb, photo = $3, is_member = NOT is_member WHERE id = $1", cancel,
            (long)random.Next(1, Customers + 1), _values.Profile(), random.Next(4) == 0 ? DBNull.Value : _values.Some(120));
        return "change";
    }

    /// <summary>Deletes orders that are older than the newest ones.</summary>
    private static async Task<string?> Forget(NpgsqlConnection connection, CancellationToken cancel)
    {
        const string Old = "SELECT array_agg(id) FROM (SELECT id FROM orders WHERE id <= (SELECT max(id) FROM orders) - $1 AND status <> "
            + "'open' ORDER BY id LIMIT 40 FOR UPDATE SKIP LOCKED) o";
        if (await One(connection, Old, cancel, OrdersMax) is not long[] old)
        {
            return null;
        }

        foreach (var statement in (string[])["DELETE FROM payments WHERE order_id = ANY($1)",
            "DELETE FROM order_items WHERE order_id = ANY($1)", "DELETE FROM orders WHERE id = ANY($1)"])
        {
            await Run(connection, statement, cancel, old);
        }

        return "forget";
    }

    /// <summary>Reads only.</summary>
    private async Task<string?> Look(NpgsqlConnection connection, CancellationToken cancel)
    {
        await Run(connection, """
            SELECT o.id, c.name, sum(i.quantity * i.price) FROM orders o JOIN customers c ON c.id = o.customer_id
                JOIN order_items i ON i.order_id = o.id WHERE c.id = $1 GROUP BY o.id, c.name ORDER BY o.id DESC LIMIT 10
            """, cancel, (long)random.Next(1, Customers + 1));
        return null;
    }

    /// <summary>Last of all, for it lets one transaction commit after the other: their numbers have no holes.</summary>
    private static async Task Note(NpgsqlConnection connection, string what, CancellationToken cancel)
    {
        var no = (long)(await One(connection, "UPDATE counter SET no = no + 1 WHERE id = 1 RETURNING no", cancel))!;
        await Run(connection, "INSERT INTO journal VALUES($1, $2)", cancel, no, what);
        if (no % 50 == 0)
        {
            await Run(connection, "DELETE FROM journal WHERE no <= $1", cancel, no - JournalRows);
        }
    }

    private static async Task<int> Run(NpgsqlConnection connection, string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    private static async Task<object?> One(NpgsqlConnection connection, string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync(cancel);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
