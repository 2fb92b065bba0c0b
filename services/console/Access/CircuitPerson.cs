using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.Logging;

namespace Holdfast.ConsoleUi.Access;

/// <summary>The person for whom a page is open; looked up every few seconds, so that a page ends with its session and its role.</summary>
internal sealed class CircuitPerson(ILoggerFactory loggers, Sessions sessions) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(5);

    protected override async Task<bool> ValidateAuthenticationStateAsync(
        AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        Gate.PersonOf(authenticationState.User) is { } person
        && await sessions.FindById(person.Session, cancellationToken) is { } now && now.Role == person.Role;
}
