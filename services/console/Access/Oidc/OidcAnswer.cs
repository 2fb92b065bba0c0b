using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Holdfast.ConsoleUi.Access.Oidc;

/// <summary>The answer is for another sign-in than it says.</summary>
internal sealed class UsedAnswerException(string message) : Exception(message);

/// <summary>Outcome of a sign-in for somebody whom the provider sent back.</summary>
/// <param name="Person">Or why nobody is let in.</param>
/// <param name="Name">That was said, also of somebody who is not let in; null: none, or nothing proves it.</param>
/// <param name="Why">For the audit and the log: a sentence of this program, save for the provider's word of its error.</param>
/// <param name="Next">The page that was wanted.</param>
/// <param name="Token">Token that ends the session at the provider.</param>
internal sealed partial record OidcAnswer(Outcome<ProviderPerson> Person, string? Name, string Why, string? Next, string? Token)
{
    internal static OidcAnswer Refused(Exception failure, bool isError, string? next)
    {
        var (fault, why) = Of(failure, isError);
        return new OidcAnswer(fault, null, why, next, null);
    }

    /// <summary>Pure.</summary>
    /// <param name="isError">The provider sent the browser back with an error.</param>
    internal static (Fault Fault, string Why) Of(Exception failure, bool isError) => failure switch
    {
        UsedAnswerException used => (Faults.NotThisBrowser, used.Message),
        OpenIdConnectProtocolInvalidNonceException => (Faults.AnswerRefused, "its nonce is not of this sign-in"),
        SecurityTokenInvalidAudienceException => (Faults.AnswerRefused, "its audience is another"),
        SecurityTokenInvalidIssuerException => (Faults.AnswerRefused, "its issuer is another"),
        SecurityTokenExpiredException or SecurityTokenNotYetValidException or SecurityTokenInvalidLifetimeException
            or SecurityTokenNoExpirationException => (Faults.AnswerRefused, "it does not hold now: compare the clocks"),
        SecurityTokenInvalidSignatureException or SecurityTokenInvalidAlgorithmException or SecurityTokenInvalidSigningKeyException =>
            (Faults.AnswerRefused, "its signature does not hold"),
        OpenIdConnectProtocolException when isError => (Faults.ProviderRefused, $"the provider says {WordOf(failure)}"),
        OpenIdConnectProtocolException when failure.Data.Contains("error") =>
            (Faults.AnswerRefused, $"the provider does not take the code: {WordOf(failure)}"),
        AuthenticationFailureException => (Faults.NotThisBrowser, "it was not asked for by this browser, or is used"),
        _ when IsAway(failure) => (Faults.ProviderAway, failure.GetBaseException().InPlainWords()),
        _ => (Faults.AnswerRefused, "it is not an answer as the standard has it"),
    };

    /// <summary>It could not be asked, or took too long, or said too much.</summary>
    internal static bool IsAway(Exception failure) =>
        failure is HttpRequestException or IOException or OperationCanceledException
        || (failure.InnerException is { } inner && IsAway(inner));

    /// <summary>One of the standard's words: what else is said may be anybody's.</summary>
    private static string WordOf(Exception failure) =>
        failure.Data["error"] is string word && Word().IsMatch(word) ? word : "an error";

    [GeneratedRegex("^[a-z_]{1,40}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Word();
}
