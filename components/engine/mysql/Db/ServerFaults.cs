using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Holdfast.Engine.MySql.Wire;

namespace Holdfast.Engine.MySql.Db;

/// <summary>Errors of a server, or of the way to it, as faults.</summary>
internal static class ServerFaults
{
    private const int Purged = 1236;
    private const int AccessDenied = 1045;
    private const int DatabaseDenied = 1044;
    private const int SpecificDenied = 1227;
    private const int TableDenied = 1142;

    /// <summary>Runs work on a server; its errors become faults.</summary>
    internal static async Task<T> Guard<T>(MySqlServer server, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception error) when (Of(server, error) is { } fault)
        {
            throw new SourceFaultException(fault);
        }
    }

    /// <summary>Null: the error is not of the server.</summary>
    internal static SourceFault? Of(MySqlServer server, Exception error) => error switch
    {
        ServerErrorException { Number: Purged } e when e.Message.Contains("same server", StringComparison.OrdinalIgnoreCase) =>
            new("DP-363", $"{server} has another reader with this one's number: {e.Message}",
                "It is tried again with another number", IsPassing: true),
        ServerErrorException { Number: Purged } e => new("DP-353", $"{server} cannot show its log from there on: {e.Message}",
            "Read from another Store that has it, or copy the tables anew; let the server keep its log for longer "
            + "(binlog_expire_logs_seconds)"),
        ServerErrorException e => OfNumber(server, e.Number, e.Message),
        MySqlException e when e.InnerException is AuthenticationException tls => OfTls(server, tls),
        MySqlException e => OfNumber(server, (int)e.ErrorCode, e.Words()),
        AuthenticationException e => OfTls(server, e),
        NotSupportedException e => new("DP-360", $"{server} asks for a proof of the password that is not known: {e.Message}",
            "Let the user have mysql_native_password or caching_sha2_password", IsPassing: true),
        CryptographicException e => new("DP-352", $"{server}: a certificate or key cannot be read: {e.Message}",
            "Look whether the file of authorities is PEM"),
        DamagedException e => new("DP-355", $"{server} has sent what is damaged: {e.Message}",
            "It is tried again from the last whole transaction; if it stays so, the server's file is damaged: copy the tables anew "
            + "and start behind it", IsPassing: true),
        SocketException or IOException => Away(server, error.Words()),
        _ => null,
    };

    private static SourceFault OfNumber(MySqlServer server, int number, string message) => number switch
    {
        AccessDenied => new("DP-351", $"{server} does not let the user in: {message}", "Correct user and password", IsPassing: true),
        DatabaseDenied or SpecificDenied or TableDenied => new("DP-368", $"{server} refuses: {message}",
            "Grant what docs/engines/mysql.md names", IsPassing: true),
        _ => Away(server, message),
    };

    private static SourceFault OfTls(MySqlServer server, AuthenticationException error) => new("DP-352",
        $"{server}: {(error.InnerException ?? error).Message}",
        "Give the file of those who issued the server's certificate, or tls: off where nobody can read along", IsPassing: true);

    private static SourceFault Away(MySqlServer server, string why) => new("DP-350", $"{server} cannot be asked: {why}",
        "It is tried again; look whether the server runs and is reached from here", IsPassing: true);
}
