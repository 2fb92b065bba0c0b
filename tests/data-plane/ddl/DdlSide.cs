using Holdfast.Engine.MySql.Db;
using Npgsql;

namespace Holdfast.DataPlane.Tests.Ddl;

/// <summary>A database whose tables change, or follow: one of each engine, with a database or schema of its own name.</summary>
internal abstract class DdlSide : IAsyncDisposable
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Configuration for a component.</summary>
    internal abstract JsonObject Config { get; }

    /// <summary>The schema of its tables: SQLite has no other one.</summary>
    internal const string Schema = "main";

    /// <summary>Its log knows a change only when a Store looks.</summary>
    internal virtual bool IsSlow => false;

    internal static async Task<DdlSide> Start(string engine, Plant plant, string name) => engine switch
    {
        "postgres" => await PostgresSide.Start(),
        "mysql" => await MariaSide.Start(),
        _ => new SqliteSide(plant, name),
    };

    /// <summary>Statements, one after the other, in one session.</summary>
    internal abstract Task Run(params string[] statements);

    /// <summary>Values are joined by bars; of a query that fails one row says why.</summary>
    internal abstract Task<List<string>> Rows(string sql);

    /// <summary>Statements that were passed, in their order.</summary>
    internal Task<List<string>> Passed() => Rows($"SELECT statement, outcome FROM {Own}hf_ddl ORDER BY time");

    private protected virtual string Own => "holdfast.";

    public abstract ValueTask DisposeAsync();

    private sealed class PostgresSide(PrivatePostgres server) : DdlSide
    {
        internal override JsonObject Config => new()
        {
            ["kind"] = "postgres", ["host"] = "127.0.0.1", ["port"] = server.Port, ["database"] = "postgres", ["user"] = "holdfast",
            ["password"] = "never shown", ["sslMode"] = "disable",
        };

        internal static async Task<DdlSide> Start()
        {
            Assert.SkipWhen(PrivatePostgres.Missing is not null, PrivatePostgres.Missing ?? "");
            var server = await PrivatePostgres.Start("fsync=off", "wal_level=logical");
            await server.Say($"CREATE SCHEMA {Schema}", $"ALTER DATABASE postgres SET search_path = {Schema}");
            return new PostgresSide(server);
        }

        internal override async Task Run(params string[] statements)
        {
            await using var connection = await Open();
            foreach (var sql in statements)
            {
                await using var command = new NpgsqlCommand(sql, connection);
                await command.ExecuteNonQueryAsync(Cancel);
            }
        }

        internal override async Task<List<string>> Rows(string sql)
        {
            try
            {
                await using var connection = await Open();
                await using var command = new NpgsqlCommand(sql, connection) { AllResultTypesAreUnknown = true };
                await using var reader = await command.ExecuteReaderAsync(Cancel);
                var rows = new List<string>();
                while (await reader.ReadAsync(Cancel))
                {
                    rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(
                        i => reader.IsDBNull(i) ? "" : reader.GetString(i))));
                }

                return rows;
            }
            catch (PostgresException error)
            {
                return [error.MessageText];
            }
        }

        public override ValueTask DisposeAsync() => server.DisposeAsync();

        private async Task<NpgsqlConnection> Open()
        {
            var connection = new NpgsqlConnection(string.Create(CultureInfo.InvariantCulture,
                $"Host=127.0.0.1;Port={server.Port};Username=holdfast;Database=postgres;Pooling=false;SSL Mode=Disable"));
            await connection.OpenAsync(Cancel);
            return connection;
        }
    }

    private sealed class MariaSide(MariaDb server) : DdlSide
    {
        internal override JsonObject Config => new()
        {
            ["kind"] = "mysql", ["host"] = "127.0.0.1", ["port"] = server.Port, ["user"] = server.Server.User,
            ["password"] = server.Server.Password,
        };

        internal static async Task<DdlSide> Start()
        {
            var server = await MariaDb.Start();
            await server.Run($"CREATE DATABASE {Schema}");
            return new MariaSide(server);
        }

        internal override async Task Run(params string[] statements)
        {
            await using var connection = await Connections.Open(server.Server, Cancel, isPooled: false);
            await connection.Run($"USE {Schema}", Cancel);
            foreach (var sql in statements)
            {
                await connection.Run(sql, Cancel);
            }
        }

        internal override async Task<List<string>> Rows(string sql)
        {
            try
            {
                await using var connection = await Connections.Open(server.Server, Cancel, isPooled: false);
                await connection.Run($"USE {Schema}", Cancel);
                return (await connection.All(sql, Cancel)).ConvertAll(
                    r => string.Join("|", r.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture))));
            }
            catch (MySqlConnector.MySqlException error)
            {
                return [error.Message];
            }
        }

        public override ValueTask DisposeAsync() => server.DisposeAsync();
    }

    private sealed class SqliteSide : DdlSide
    {
        private readonly Plant _plant;
        private readonly string _file;

        internal SqliteSide(Plant plant, string name)
        {
            (_plant, _file) = (plant, $"{name}.db");
            plant.Create(_file, "SELECT 1");
        }

        internal override JsonObject Config => Plant.Sqlite(_plant.Folder(_file));

        internal override bool IsSlow => true;

        private protected override string Own => "";

        internal override Task Run(params string[] statements)
        {
            _plant.Run(_file, string.Join(";\n", statements));
            return Task.CompletedTask;
        }

        internal override Task<List<string>> Rows(string sql)
        {
            try
            {
                return Task.FromResult(_plant.Rows(_file, sql).Select(r => r.Replace("NULL", "", StringComparison.Ordinal)).ToList());
            }
            catch (Microsoft.Data.Sqlite.SqliteException error)
            {
                return Task.FromResult(new List<string> { error.Message });
            }
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
