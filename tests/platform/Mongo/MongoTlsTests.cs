using Holdfast.Stores.Mongo;

namespace Holdfast.Platform.Tests.Mongo;

public sealed class MongoTlsTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_files_that_the_address_names_are_read()
    {
        using var authority = new Authority(_directory.Location, "ca");
        var (certificate, key) = authority.Issue("client", []);
        var both = _directory.File("both.pem");
        File.WriteAllText(both, $"{File.ReadAllText(certificate)}\n{File.ReadAllText(key)}");
        var address = $"mongodb://u:secret@h/db?tls=true&tlsCAFile={authority.File}&tlsCertificateKeyFile={both}";
        Assert.Equal((true, null), MongoTls.Read(address, TimeProvider.System) is var (tls, whyNot) ? (tls is not null, whyNot) : default);
    }

    [Theory]
    [InlineData("tls=true&tlsInsecure=true", "tlsinsecure")]
    [InlineData("tls=true&tlsAllowInvalidCertificates=true", "tlsallowinvalidcertificates")]
    [InlineData("tlsCAFile=ca.pem", "tls=true")]
    [InlineData("tls=true&tlsCAFile=none.pem", "tlsCAFile")]
    [InlineData("tls=true&tlsCertificateKeyFile=none.pem", "tlsCertificateKeyFile")]
    public void What_cannot_be_verified_is_refused_without_a_secret(string options, string rule)
    {
        var fault = StoreRegistration.Check(new StoreAddress($"mongodb://u:secret@h/db?{options}"))!;
        Assert.Contains(rule, Assert.Single(fault.Fields).Rule, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.ToString(), StringComparison.Ordinal);
    }
}
