using System.Data.Common;
using Holdfast.DataPlane.Tests.Fleet;

namespace Holdfast.DataPlane.Tests.Pairs;

/// <summary>A database in which a bank is kept. A server of its own can be killed, started again, stopped and continued.</summary>
internal abstract class BankPlace : IAsyncDisposable
{
    internal const string Sqlite = "sqlite";
    internal const string Postgres = "postgres";
    internal const string MySql = "mysql";

    /// <summary>Time limit of connections and statements: a server that is stopped answers nobody.</summary>
    protected const int AnswerSeconds = 5;

    /// <summary>It has processes of its own; else it is a file.</summary>
    internal bool IsServer => ProcessIds.Count > 0;

    /// <summary>Statements for a new database, before the bank's tables are made.</summary>
    internal abstract IReadOnlyList<string> Beginning { get; }

    /// <summary>Statements for the bank's tables once they are there.</summary>
    internal virtual IReadOnlyList<string> Finish => [];

    /// <summary>The type of bytes.</summary>
    internal abstract string Blob { get; }

    /// <summary>The two bytes 0 and 255.</summary>
    internal abstract string TwoBytes { get; }

    /// <summary>Counts the sessions that wait for somebody's lock.</summary>
    internal abstract string Waiting { get; }

    /// <summary>All processes of the server.</summary>
    protected abstract IReadOnlyList<int> ProcessIds { get; }

    /// <summary>Each kind, and how a new one is made: a file, or a server of its own.</summary>
    private static readonly Dictionary<string, Func<string, Task<BankPlace>>> All = new(StringComparer.Ordinal)
    {
        [Postgres] = async _ => await PostgresPlace.Start(),
        [MySql] = async _ => await MySqlPlace.Start(),
        [Sqlite] = file => Task.FromResult<BankPlace>(new SqlitePlace(file)),
    };

    /// <summary>Every kind that can be a source and a sink.</summary>
    internal static IReadOnlyCollection<string> Kinds => All.Keys;

    /// <summary>A new one.</summary>
    internal static Task<BankPlace> New(string kind, string file) => All[kind](file);

    /// <summary>Configuration for a component.</summary>
    internal abstract JsonObject Config(Plant plant);

    /// <exception cref="DbException">It is away.</exception>
    internal abstract Task<DbConnection> Open(CancellationToken cancel);

    /// <summary>SIGKILL to all of it.</summary>
    internal abstract Task Kill();

    /// <summary>Starts it again, at the same port and with its data.</summary>
    internal abstract Task Launch();

    /// <summary>SIGSTOP to all of it: connections stay, and nobody answers.</summary>
    internal void Pause() => Processes.Send(ProcessIds, Processes.Stop);

    internal void Continue() => Processes.Send(ProcessIds, Processes.Continue);

    public abstract ValueTask DisposeAsync();
}
