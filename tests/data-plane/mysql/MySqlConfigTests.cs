using Holdfast.Data.Config;
using Holdfast.Data.Databases;
using Holdfast.Engine.MySql;
using Holdfast.Engine.MySql.Sink;
using Holdfast.Engine.MySql.Source;
using Holdfast.Engine.Postgres.Sink;
using Holdfast.Engine.Postgres.Source;
using Holdfast.Engine.Seams;

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
        Assert.Equal(file, MySqlEngine.Server(Good with { Password = null, PasswordFile = file }, "f").PasswordFile);
        Assert.Equal("it's", PasswordFile.Read(file, "db1"));
        File.WriteAllBytes(file, new byte[5000]);
        Assert.Contains("5000 bytes", Assert.Throws<SourceFaultException>(() => PasswordFile.Read(file, "db1")).Message,
            StringComparison.Ordinal);
    }

    /// <summary>A person may mend the file while the component waits: no engine ends it.</summary>
    [Fact]
    public async Task A_file_with_a_password_that_cannot_be_read_is_waited_for_whatever_the_engine()
    {
        using var folder = new TempDirectory();
        var cancel = TestContext.Current.CancellationToken;
        var mysql = MySqlEngine.Server(Good with { Password = null, PasswordFile = folder.File("none") }, "f");
        var postgres = PostgresEngine.Server(
            Good with { Kind = "postgres", Database = "shop", Password = null, PasswordFile = folder.File("none") }, "f");
        Func<Task>[] all =
        [
            () => new MySqlSource(mysql, "st1", TimeProvider.System).Identify(cancel), () => MySqlSink.Open(mysql, TimeProvider.System,
                new MySqlSinkOptions(), cancel),
            () => new PostgresSource(postgres, "st1", TimeProvider.System).Identify(cancel),
            () => PostgresSink.Open(postgres, TimeProvider.System, cancel: cancel),
        ];
        foreach (var each in all)
        {
            var fault = (await Assert.ThrowsAsync<SourceFaultException>(each)).Fault;
            Assert.Equal(("DP-150", true), (fault.Code, fault.IsPassing));
            Assert.Contains(folder.File("none"), fault.Message, StringComparison.Ordinal);
        }
    }
}
