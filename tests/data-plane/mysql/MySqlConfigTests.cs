using Holdfast.Data;
using Holdfast.Engine.MySql;
using Holdfast.Tests;

namespace Holdfast.DataPlane.Tests.MySql;

/// <summary>A database of kind mysql in a configuration.</summary>
public sealed class MySqlConfigTests
{
    private static readonly DatabaseConfig Good = new() { Kind = "mysql", Host = "db.example", User = "hf", Password = "hush" };

    [Theory]
    [InlineData("host", "store.source.host: must be given")]
    [InlineData("user", "store.source.user: must be given")]
    [InlineData("port", "store.source.port: 65536 is not from 1 to 65535")]
    [InlineData("sslMode", "store.source.sslMode: 'prefer' must be one of disable, require, verify-ca, verify-full")]
    [InlineData("path", "store.source.path: is not allowed")]
    [InlineData("passwordFile", "store.source.password: is not allowed beside passwordFile")]
    [InlineData("rootCertificate", "store.source.rootCertificate: there is no file /nowhere")]
    [InlineData("database", "store.source.database: is empty")]
    public void A_field_that_breaks_a_rule_is_named_and_no_secret_is(string field, string said)
    {
        var config = field switch
        {
            "host" => Good with { Host = null },
            "user" => Good with { User = "" },
            "port" => Good with { Port = 65536 },
            "sslMode" => Good with { SslMode = "prefer" },
            "path" => Good with { Path = "a.db" },
            "passwordFile" => Good with { PasswordFile = "/x" },
            "rootCertificate" => Good with { RootCertificate = "/nowhere" },
            _ => Good with { Database = "" },
        };
        var error = Assert.Throws<ConfigException>(() => MySqlEngine.Server(config, "store.source"));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", error.Message + config, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_host_has_to_prove_who_it_is_unless_a_person_says_otherwise()
    {
        Assert.Equal(MySqlTls.Verified, MySqlEngine.Server(Good, "f").Tls);
        Assert.Equal(MySqlTls.Off, MySqlEngine.Server(Good with { SslMode = "disable" }, "f").Tls);
        Assert.Equal(MySqlTls.Off, MySqlEngine.Server(Good with { Host = "127.0.0.1" }, "f").Tls);
        Assert.Equal(MySqlTls.Off, MySqlEngine.Server(Good with { Host = "localhost" }, "f").Tls);
        Assert.Equal(MySqlTls.Required, MySqlEngine.Server(Good with { Host = "127.0.0.1", SslMode = "require" }, "f").Tls);
        Assert.Equal(3306, MySqlEngine.Server(Good, "f").Port);
    }

    [Fact]
    public void A_password_may_stand_in_the_first_line_of_a_file()
    {
        using var folder = new TempDirectory();
        var file = folder.File("password");
        File.WriteAllText(file, "it's\nmore");
        Assert.Equal("it's", MySqlEngine.Server(Good with { Password = null, PasswordFile = file }, "f").Password);
        var error = Assert.Throws<ConfigException>(
            () => MySqlEngine.Server(Good with { Password = null, PasswordFile = file + "x" }, "f"));
        Assert.Contains("f.passwordFile", error.Message, StringComparison.Ordinal);
    }
}
