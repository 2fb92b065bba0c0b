using Holdfast.Stores.Postgres;

namespace Holdfast.Platform.Tests.Postgres;

public sealed class PostgresTextTests
{
    [Fact]
    public void What_is_kept_has_no_NUL_and_gives_back_what_it_was()
    {
        var random = new Random(11);
        string[] pieces = ["\0", "\uf8ff", "0", "F", "\\", "u0000", "uf8ff", "\"", "ü", "a"];
        for (var round = 0; round < 2_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => pieces[random.Next(pieces.Length)]));
            var kept = StoredJson.Keep(JsonSerializer.SerializeToUtf8Bytes(text, StateJson.Options));
            var inside = JsonSerializer.Deserialize<string>(kept)!;
            Assert.DoesNotContain('\0', inside);
            Assert.Equal(StoredJson.Keep(text), inside);
            // PostgreSQL writes a text anew: the characters themselves, quote and backslash escaped.
            var written = Encoding.UTF8.GetBytes($"\"{inside.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"");
            Assert.Equal(text, JsonSerializer.Deserialize<string>(StoredJson.Give(written)));
        }
    }

    [Fact]
    public void An_ordinary_document_is_passed_on_as_it_is()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new { text = "a \\ ü" });
        Assert.Same(json, StoredJson.Keep(json));
        Assert.Same(json, StoredJson.Give(json));
    }

    [Fact]
    public void An_address_says_where_and_as_whom()
    {
        var (address, whyNot) = PostgresAddress.Read(
            "postgres://us%40er:p%3A%2Fw@db1:5433,db2/state?sslmode=verify-full&sslrootcert=/ca.pem&schema=hf&connections=40");
        Assert.Null(whyNot);
        var built = new Npgsql.NpgsqlConnectionStringBuilder(address!.ConnectionString);
        Assert.Equal(("us@er", "p:/w", "db1:5433,db2", "state", Npgsql.SslMode.VerifyFull, "/ca.pem", 40),
            (built.Username, built.Password, built.Host, built.Database, built.SslMode, built.RootCertificate, built.MaxPoolSize));
        Assert.Equal(("hf", true), (address.Schema, address.ManyHosts));
    }

    [Theory]
    [InlineData("postgres://u:secret@/db", "host")]
    [InlineData("postgres://u:secret@h", "database")]
    [InlineData("postgres://u:secret@h/", "database")]
    [InlineData("postgres://u:secret@h/a/b", "database")]
    [InlineData("postgres://u:secret@h/db?sslmode=maybe", "sslmode")]
    [InlineData("postgres://u:secret@h/db?sslmode=99", "sslmode")]
    [InlineData("postgres://u:secret@h/db?schema=A", "schema")]
    [InlineData("postgres://u:secret@h/db?schema=a\"b", "schema")]
    [InlineData("postgres://u:secret@h/db?connections=1", "connections")]
    [InlineData("postgres://u:secret@h/db?connections=501", "connections")]
    [InlineData("postgres://u:secret@h/db?password=secret", "option")]
    public void An_address_that_breaks_a_rule_is_refused_with_it_and_without_its_secret(string address, string rule)
    {
        var fault = StoreRegistration.Check(new StoreAddress(address))!;
        Assert.Equal(("PF-201", "store"), (fault.Code, Assert.Single(fault.Fields).Field));
        Assert.Contains(rule, fault.Fields[0].Rule);
        Assert.DoesNotContain("secret", fault.ToString());
    }
}
