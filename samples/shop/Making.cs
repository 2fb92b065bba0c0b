using Holdfast.Engine.MySql;
using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Catalog;
using Holdfast.Engine.Postgres.Capture;
using Holdfast.Engine.Postgres.Catalog;
using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Seams;
using Holdfast.Engine.Transactions;
using MySqlConnector;
using Npgsql;

namespace Holdfast.Samples.Shop;

/// <summary>
/// Makes the databases anew, empty, source and sink alike, and has the sources' changes captured from then on. The load that comes later
/// fills them, so a sink lacks nothing of it.
/// </summary>
internal sealed class Making(ShopPlace place)
{
    internal async Task Run(CancellationToken cancel)
    {
        if (place.Postgres is not null)
        {
            await Roles(cancel);
            await Anew(ShopPlace.Shop, cancel);
            await using var shop = Postgres.Source(place, ShopPlace.Shop, ShopPlace.Application);
            await shop.Run(PostgresShop.Tables, cancel);
            await PostgresCapture.Install(Database(ShopPlace.Shop), StreamFilter.None, known: null, cancel);
        }

        if (place.MariaDb is not null)
        {
            await using var connection = await MariaDb.Open(place, "", ShopPlace.Holdfast, cancel);
            foreach (var database in new[] { ShopPlace.Shop, ShopPlace.Warehouse, "holdfast" })
            {
                await connection.Run($"DROP DATABASE IF EXISTS {database}", cancel);
                await connection.Run($"CREATE DATABASE {database} CHARACTER SET utf8mb4", cancel);
            }

            await connection.ChangeDatabaseAsync(ShopPlace.Warehouse, cancel);
            foreach (var statement in MariaWarehouse.Tables)
            {
                await connection.Run(statement, cancel);
            }

            await MySqlCapture.Install(Server(), cancel: cancel);
        }

        if (place is { Postgres: not null, MariaDb: not null })
        {
            await Anew(ShopPlace.Warehouse, cancel);
            await using var shop = new PostgresCatalog(Database(ShopPlace.Shop));
            await using var copy = new MySqlCatalog(Server(), ShopPlace.Shop);
            await Like(shop, "public.*", copy, cancel);
            await using var warehouse = new MySqlCatalog(Server());
            await using var stock = new PostgresCatalog(Database(ShopPlace.Warehouse));
            await Like(warehouse, "warehouse.*", stock, cancel);
        }
    }

    /// <summary>The sink's tables, of the sink's own types for the source's values.</summary>
    private static async Task Like(ICatalog source, string tables, ICatalog sink, CancellationToken cancel)
    {
        foreach (var table in await source.Tables(new StreamFilter { Tables = [tables] }, cancel))
        {
            if (await sink.Create(table, cancel) is [var fault, ..])
            {
                throw new SourceFaultException(fault);
            }
        }
    }

    private async Task Roles(CancellationToken cancel)
    {
        await using var admin = Postgres.Source(place, "postgres", ShopPlace.Admin);
        foreach (var user in new[] { ShopPlace.Application, ShopPlace.Holdfast })
        {
            // The server's own verifier is made of it; a log of statements is not kept.
            await admin.Run($"""
                DO $$ BEGIN CREATE ROLE {user} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
                ALTER ROLE {user} PASSWORD '{place.Password("postgres", user)}';
                """, cancel);
        }

        // As docs/engines/postgres.md has it: the log, and what the owner of the tables may do.
        await admin.Run($"ALTER ROLE {ShopPlace.Holdfast} REPLICATION; GRANT {ShopPlace.Application} TO {ShopPlace.Holdfast}", cancel);
    }

    private async Task Anew(string database, CancellationToken cancel)
    {
        await using (var admin = Postgres.Source(place, "postgres", ShopPlace.Admin))
        {
            await admin.Run("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE database = "
                + $"'{database}' AND active", cancel);
            await admin.Run($"SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = '{database}'", cancel);
            await admin.Run($"DROP DATABASE IF EXISTS {database} WITH (FORCE)", cancel);
            await admin.Run($"CREATE DATABASE {database} OWNER {ShopPlace.Application}", cancel);
        }
    }

    private PostgresDatabase Database(string name) => new()
    {
        Host = "127.0.0.1", Port = place.Postgres!.Value, Database = name, User = ShopPlace.Holdfast, SslMode = "disable",
        PasswordFile = ShopPlace.PasswordFile(place.Folder, "postgres", ShopPlace.Holdfast),
    };

    private MySqlServer Server() => new()
    {
        Host = "127.0.0.1", Port = place.MariaDb!.Value, User = ShopPlace.Holdfast, Tls = MySqlTls.Off,
        Password = place.Password("mariadb", ShopPlace.Holdfast),
    };
}

/// <summary>Connections to the shop's PostgreSQL.</summary>
internal static class Postgres
{
    internal static NpgsqlDataSource Source(ShopPlace place, string database, string user) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1", Port = place.Postgres!.Value, Database = database, Username = user, SslMode = SslMode.Disable,
            Password = place.Password("postgres", user), ApplicationName = "holdfast-shop", Timeout = 5, CommandTimeout = 30,
        });

    internal static async Task Run(this NpgsqlDataSource source, string sql, CancellationToken cancel)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancel);
    }
}

/// <summary>Connections to the shop's MariaDB.</summary>
internal static class MariaDb
{
    internal static async Task<MySqlConnection> Open(ShopPlace place, string database, string user, CancellationToken cancel)
    {
        var connection = new MySqlConnection(new MySqlConnectionStringBuilder
        {
            Server = "127.0.0.1", Port = (uint)place.MariaDb!.Value, Database = database, UserID = user, SslMode = MySqlSslMode.None,
            Password = place.Password("mariadb", user), ConnectionTimeout = 5, DefaultCommandTimeout = 30,
        }.ToString());
        try
        {
            await connection.OpenAsync(cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    internal static async Task<int> Run(this MySqlConnection connection, string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = new MySqlCommand(sql, connection);
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"@p{i}", values[i]);
        }

        return await command.ExecuteNonQueryAsync(cancel);
    }
}
