using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json.Serialization;
using Holdfast.Platform.State;
using Holdfast.Stores.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Flow.Tests;

/// <summary>
/// Each index that a service declares answers the query that it is there for: equality of its first fields, the order of its last
/// one, from either end. What is planned is the statement that the store itself makes.
/// </summary>
[Trait("Category", "process")]
public sealed class PostgresIndexTests : IAsyncLifetime
{
    private const string Schema = "indexes";

    /// <summary>Tables here are empty, and an empty one is read as a whole: what is asked is whether the index can serve.</summary>
    private const string OnlyIndexes = "-c enable_seqscan=off -c enable_sort=off -c enable_bitmapscan=off";

    private PrivatePostgres? _server;
    private IDocumentStore? _store;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (PrivatePostgres.Missing is null)
        {
            _server = await PrivatePostgres.Start("fsync=off");
            _store = new PostgresProvider().Create(
                new StoreAddress(_server.Address(Schema)), TimeProvider.System, NullLoggerFactory.Instance);
            await _store.Ready(Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        (_store as IDisposable)?.Dispose();
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    public async Task Each_declared_index_serves_its_query_from_either_end()
    {
        Assert.SkipWhen(PrivatePostgres.Missing is not null, PrivatePostgres.Missing ?? "");
        var connection = PostgresAddress.Read(_server!.Address(Schema)).Address!.ConnectionString;
        await using var source = Npgsql.NpgsqlDataSource.Create(
            new Npgsql.NpgsqlConnectionStringBuilder(connection) { Options = OnlyIndexes, Timeout = 60, CommandTimeout = 60 }.ToString());
        var declared = Declared().ToList();
        var wrong = new List<string>();
        var indexes = 0;
        foreach (var (collection, document) in declared)
        {
            var plans = typeof(PostgresIndexTests).GetMethod(nameof(Plans), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(document);
            foreach (var (what, plan) in await (Task<List<(string, string)>>)plans.Invoke(null, [collection, source])!)
            {
                indexes++;
                if (!plan.Contains("Index Scan", StringComparison.Ordinal) || plan.Contains("Sort", StringComparison.Ordinal)
                    || plan.Contains("Seq Scan", StringComparison.Ordinal) || plan.Contains("Filter", StringComparison.Ordinal))
                {
                    wrong.Add($"{what}\n{plan}");
                }
            }
        }

        Assert.True(declared.Count > 30 && indexes > 50, $"{declared.Count} collections, {indexes} plans");
        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
    }

    /// <summary>Every collection of every service, as its type has it.</summary>
    private static IEnumerable<(object Collection, Type Document)> Declared() =>
        from assembly in ServiceModules.All().Select(m => m.GetType().Assembly).Append(typeof(ApiToken).Assembly).Distinct()
        from type in assembly.GetTypes()
        from property in type.GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where !type.ContainsGenericParameters && property.PropertyType.IsGenericType
            && property.PropertyType.GetGenericTypeDefinition() == typeof(Collection<>)
        select (property.GetValue(null)!, property.PropertyType.GenericTypeArguments[0]);

    private static async Task<List<(string What, string Plan)>> Plans<T>(
        Collection<T> collection, Npgsql.NpgsqlDataSource source) where T : class
    {
        // A collection that is declared twice, with and without an index for texts, has the same ones otherwise.
        var table = PostgresTable.Of(collection, Schema);
        var plans = new List<(string, string)>();
        await using var connection = await source.OpenConnectionAsync(Cancel);
        PostgresSchema.Prepare(connection, Schema, "test", table);
        foreach (var fields in collection.Indexes)
        {
            var query = fields.SkipLast(1).Aggregate(DocumentQuery<T>.All.Take(10),
                (all, field) => all.Where(Of<T>(field), Match.Equal, Value(collection.Kinds[field])));
            foreach (var descending in new[] { false, true })
            {
                var statement = PostgresSelect.Page(table, query.OrderBy(Of<T>(fields[^1]), descending));
                await using var command = (statement with { Sql = "EXPLAIN " + statement.Sql }).On(connection);
                await using var rows = await command.ExecuteReaderAsync(Cancel);
                var steps = new List<string>();
                while (await rows.ReadAsync(Cancel))
                {
                    steps.Add(rows.GetString(0));
                }

                plans.Add(($"{collection.Name} by {string.Join(", ", fields)}{(descending ? " from the end" : "")}: {statement.Sql}",
                    string.Join('\n', steps)));
            }
        }

        return plans;
    }

    private static Expression<Func<T, object?>> Of<T>(string field)
    {
        var document = Expression.Parameter(typeof(T));
        var property = typeof(T).GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .First(p => field == (p.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
                ?? JsonNamingPolicy.CamelCase.ConvertName(p.Name)));
        return Expression.Lambda<Func<T, object?>>(Expression.Convert(Expression.Property(document, property), typeof(object)), document);
    }

    private static object Value(FieldKind kind) => kind switch
    {
        FieldKind.Text => "x",
        FieldKind.Number => 1,
        FieldKind.Boolean => true,
    };
}
