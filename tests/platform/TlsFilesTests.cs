using System.Security.Authentication;
using Holdfast.Platform.Tls;

namespace Holdfast.Platform.Tests;

public sealed class TlsFilesTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private string Is(string text)
    {
        File.WriteAllText(_directory.File("f"), text);
        return _directory.File("f");
    }

    private Reread<string> Opened(string text) => Reread<string>.Open([Is(text)], files =>
        System.Text.Encoding.UTF8.GetString(files[0]) is var read && read.StartsWith("bad", StringComparison.Ordinal)
            ? throw new FormatException(read) : read).Made!;

    [Fact]
    public void What_changed_is_taken_once_and_what_did_not_is_not()
    {
        var file = Opened("one");
        Assert.Equal(Look.Same, file.Check());
        Is("two");
        Assert.Equal((Look.Taken, Look.Same), (file.Check(), file.Check()));
        Assert.Equal("two", file.Current);
    }

    [Fact]
    public void What_cannot_be_used_leaves_the_former_and_is_told_once_at_the_second_look()
    {
        var file = Opened("one");
        Is("bad thing");
        Assert.Equal((Look.Same, Look.Refused, Look.Same), (file.Check(), file.Check(), file.Check()));
        Assert.Equal(("one", "bad thing"), (file.Current, file.WhyNot));
        Is("bad other");
        Assert.Equal((Look.Same, Look.Refused), (file.Check(), file.Check()));
        Is("three");
        Assert.Equal((Look.Taken, "three"), (file.Check(), file.Current));
    }

    [Fact]
    public void A_file_that_is_gone_leaves_the_former_and_one_that_comes_back_as_it_was_is_no_news()
    {
        var file = Opened("one");
        File.Delete(_directory.File("f"));
        Assert.Equal((Look.Same, Look.Refused, Look.Same), (file.Check(), file.Check(), file.Check()));
        Assert.Equal("one", file.Current);
        Is("one");
        Assert.Equal((Look.Taken, "one"), (file.Check(), file.Current));
    }

    [Fact]
    public void A_pair_of_which_only_one_file_is_replaced_yet_is_said_by_nobody()
    {
        using var authority = new Authority(_directory.Location, "ca");
        var (certificate, key) = authority.Issue("server", ["localhost"]);
        var pair = KeyPair.Read(certificate, key, TimeProvider.System).Made!;
        var serial = pair.Current.Leaf.SerialNumber;
        var newer = authority.Issue("newer", ["localhost"]);
        File.Copy(newer.Certificate, certificate, overwrite: true);
        Assert.Equal((Look.Same, serial), (pair.Check(), pair.Current.Leaf.SerialNumber));
        File.Copy(newer.Key, key, overwrite: true);
        Assert.Equal(Look.Taken, pair.Check());
        Assert.NotEqual(serial, pair.Current.Leaf.SerialNumber);
    }

    [Fact]
    public void A_certificate_that_has_ended_or_is_not_of_its_key_is_refused_with_the_reason()
    {
        using var authority = new Authority(_directory.Location, "ca");
        var ended = authority.Issue("ended", ["localhost"], daysLeft: -1);
        var good = authority.Issue("good", ["localhost"]);
        Assert.Contains("ended at", KeyPair.Read(ended.Certificate, ended.Key, TimeProvider.System).WhyNot, StringComparison.Ordinal);
        Assert.NotNull(KeyPair.Read(good.Certificate, ended.Key, TimeProvider.System).WhyNot);
        Assert.Null(KeyPair.Read(good.Certificate, good.Key, TimeProvider.System).WhyNot);
    }

    [Fact]
    public void All_files_that_cannot_be_used_are_told_at_once_by_setting_and_value()
    {
        var fault = TlsFiles.Load(new Settings
        {
            TlsCertificate = _directory.File("none.crt"), TlsKey = _directory.File("none.key"), TlsAuthorities = Is("no PEM"),
        }, TimeProvider.System).Fault!;
        Assert.Equal(("PF-211", 2), (fault.Code, fault.Fields.Count));
        Assert.Equal(["tls-cert", "tls-ca"], fault.Fields.Select(f => f.Field));
        Assert.Contains("none.crt", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_shows_nothing_is_refused()
    {
        using var authority = new Authority(_directory.Location, "ca");
        var trust = Trust.Read(authority.File).Made!;
        var refused = Assert.Throws<AuthenticationException>(() => trust.Accepts(null, null, null,
            System.Net.Security.SslPolicyErrors.RemoteCertificateNotAvailable));
        Assert.Contains("PF-213", refused.Message, StringComparison.Ordinal);
    }
}
