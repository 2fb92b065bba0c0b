namespace Holdfast.Flow.Tests;

/// <summary>The addresses by which people name a database.</summary>
public sealed class DatabaseAddressTests
{
    [Theory]
    [InlineData("postgres://app@db1:5433/shop?sslmode=verify-full&sslrootcert=/ca.pem", """
        {"kind":"postgres","host":"db1","user":"app","port":5433,"database":"shop","sslMode":"verify-full","rootCertificate":"/ca.pem"}
        """)]
    [InlineData("mariadb://h%40f@10.0.0.7", """{"kind":"mysql","host":"10.0.0.7","user":"h@f"}""")]
    [InlineData("kafka://h%40f@k1:9092,k2:9092/?name=shop&securityProtocol=ssl&sslrootcert=/c", """
        {"kind":"kafka","kafka":{"servers":"k1:9092,k2:9092","name":"shop","securityProtocol":"ssl"},"user":"h@f","rootCertificate":"/c"}
        """)]
    [InlineData("kafka:k1:9092", """{"kind":"kafka","kafka":{"servers":"k1:9092","name":"check"}}""")]
    [InlineData("sqlite:/data/a b.db", """{"kind":"sqlite","path":"/data/a b.db"}""")]
    public void An_address_is_what_a_configuration_would_have(string address, string wanted) =>
        Assert.Equal(wanted.Trim(), DatabaseAddress.Read(address).Value!.ToJsonString());

    [Fact]
    public void Help_names_each_form() => Assert.Equal("postgres://USER@HOST:PORT/DATABASE, mysql://USER@HOST:PORT/DATABASE, sqlite:PATH"
        + " or, as a sink, kafka://USER@HOST:PORT,HOST:PORT?name=NAME", DatabaseAddress.Forms);

    [Theory]
    [InlineData("oracle://app@db1/shop", "address 'oracle://app@db1/shop' must begin with one of postgres:, ")]
    [InlineData("sqlite:", "path '' must be given")]
    [InlineData("postgres:shop", "must be postgres://USER@HOST:PORT/DATABASE")]
    [InlineData("postgres:app@db1", "address 'postgres:app@db1' must be postgres://USER@HOST:PORT/DATABASE")]
    [InlineData("mysql://app@db1/shop?compress=1", "option 'compress' must be one of sslmode, sslrootcert")]
    [InlineData("kafka://", "address '//' must be kafka://USER@HOST:PORT")]
    [InlineData("kafka://k1:9092?acks=1", "option 'acks' must be one of name, ")]
    [InlineData("kafka://app:secret@k1:9092", "password '…' must not be in the address")]
    [InlineData("postgres://app:secret@db1/shop", "password '…' must not be in the address")]
    [InlineData("postgres://app:secret@db 1/shop", "password '…' must not be in the address")]
    [InlineData("mysql://app:sec/secret@db1/shop", "password '…' must not be in the address")]
    [InlineData("oracle://app:secret@db1/shop", "password '…' must not be in the address")]
    [InlineData("oracle://db1/shop?password=secret", "address 'oracle://db1/shop' must begin with one of ")]
    [InlineData("postgres:shop?password=secret", "address 'postgres:shop' must be postgres://USER@HOST:PORT/DATABASE")]
    [InlineData("app:secret@db1", "password '…' must not be in the address")]
    [InlineData("kafka:app:secret@k1:9092", "password '…' must not be in the address")]
    public void What_breaks_a_rule_is_refused_with_it_and_no_password_is_repeated(string address, string rule)
    {
        var fault = DatabaseAddress.Read(address).Fault!;
        Assert.Equal("DP-503", fault.Code);
        Assert.Contains(rule, fault.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Detail + fault.Workaround, StringComparison.Ordinal);
    }
}
