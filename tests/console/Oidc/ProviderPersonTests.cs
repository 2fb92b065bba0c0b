using System.Security.Claims;
using Holdfast.ConsoleUi.Access.Oidc;
using Microsoft.AspNetCore.Authentication;

namespace Holdfast.ConsoleUi.Tests.Oidc;

public sealed class ProviderPersonTests
{
    private static readonly OidcSettings Settings = ServedConsole.Settings("https://id.example.com");

    [Theory]
    [InlineData("ada", "ada")]
    [InlineData("Ada.B+c@Example.com", "ada.b+c@example.com")]
    [InlineData("ada b", null)]
    [InlineData("ada\nx-holdfast-user: root", null)]
    [InlineData("ünal", null)]
    [InlineData("@", null)]
    [InlineData("console@c1", null)]
    [InlineData("Heartbeat@h", null)]
    [InlineData("consoles@c1", "consoles@c1")]
    [InlineData("token:ci", null)]
    [InlineData("", null)]
    public void A_name_is_one_that_the_audit_can_have(string said, string? name) =>
        Assert.Equal(name, ProviderPerson.NameOf([new("preferred_username", said)], Settings));

    [Fact]
    public void A_name_has_64_signs_at_most()
    {
        Assert.True(ProviderPerson.IsName(new string('a', 64)));
        Assert.False(ProviderPerson.IsName(new string('a', 65)));
    }

    [Theory]
    [InlineData("true", "ada@example.com")]
    [InlineData(null, "ada@example.com")]
    [InlineData("false", null)]
    [InlineData("False", null)]
    public void An_address_that_nobody_has_verified_is_no_name(string? verified, string? name)
    {
        List<Claim> claims = [new("email", "ada@example.com"), .. verified is null ? [] : new[] { new Claim("email_verified", verified) }];
        Assert.Equal(name, ProviderPerson.NameOf(claims, Settings with { NameClaim = "email" }));
    }

    [Theory]
    [InlineData(null, "hf-watch")]
    [InlineData(null, "hf-watch", "hf-admins")]
    [InlineData("CO-133")]
    [InlineData("CO-133", "Hf-watch")]
    [InlineData("CO-133", "[\"hf-watch\"]")]
    public void A_role_comes_of_a_value_as_it_is_written(string? code, params string[] groups)
    {
        var person = ProviderPerson.Of([new("preferred_username", "ada"), new("sub", "1"), .. groups.Select(g => new Claim("groups", g))],
            Settings);
        Assert.Equal(code, person.Fault?.Code);
        Assert.Equal(code is null ? groups.Length == 2 ? Role.Administrator : Role.Viewer : null, person.Value?.Role);
    }

    [Fact]
    public void Who_has_no_subject_or_no_name_is_nobody()
    {
        Claim group = new("groups", "hf-watch");
        Assert.Equal("CO-134", ProviderPerson.Of([group, new("preferred_username", "ada")], Settings).Fault?.Code);
        Assert.Equal("CO-134", ProviderPerson.Of([group, new("sub", "1")], Settings).Fault?.Code);
    }

    [Fact]
    public void The_settings_know_the_console_s_roles() =>
        Assert.Equal(Enum.GetNames<Role>().Select(r => r.ToLowerInvariant()), OidcSettings.RoleNames);

    [Fact]
    public void What_was_used_is_not_taken_again_while_it_could_be()
    {
        var time = new ManualTime();
        var once = new OnceOnly(time);
        Assert.True(once.Take("a", TimeSpan.FromMinutes(15)));
        time.Advance(TimeSpan.FromMinutes(15));
        Assert.False(once.Take("a", TimeSpan.FromMinutes(15)));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.True(once.Take("a", TimeSpan.FromMinutes(15)));
        for (var i = 0; i < OnceOnly.RememberedMax; i++)
        {
            Assert.True(once.Take($"{i}", TimeSpan.FromMinutes(15)));
        }

        Assert.False(once.Take("1", TimeSpan.FromMinutes(15)));
        Assert.True(once.Take("a", TimeSpan.FromMinutes(15)), "the oldest has gone");
    }

    [Fact]
    public void A_word_of_the_provider_is_repeated_only_when_it_is_one_of_the_standard()
    {
        foreach (var (said, shown) in (IEnumerable<(string, string)>)[("invalid_client", "invalid_client"), ("call 555", "an error")])
        {
            var failure = new Microsoft.IdentityModel.Protocols.OpenIdConnect.OpenIdConnectProtocolException("x");
            failure.Data.Add("error", said);
            Assert.EndsWith($" {shown}", OidcAnswer.Of(failure, isError: true).Why, StringComparison.Ordinal);
        }

        Assert.Equal("CO-135", OidcAnswer.Of(new AuthenticationFailureException("Correlation failed."), true).Fault.Code);
        Assert.Equal("CO-130", OidcAnswer.Of(new InvalidOperationException("x", new HttpRequestException("refused")), false).Fault.Code);
        Assert.Equal("CO-132", OidcAnswer.Of(new InvalidOperationException("x"), false).Fault.Code);
    }
}
