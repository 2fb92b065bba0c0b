using System.Security.Cryptography;
using Holdfast.ConsoleUi.Access.Oidc;
using Holdfast.Platform.State;

namespace Holdfast.ConsoleUi.Access;

/// <summary>The users who may come in, and what each comes in with.</summary>
internal sealed class Users(
    IDocuments<User> users, IDocuments<ReadingRule> rules, PasswordQueue passwords, LoginLimits limits, TimeProvider time)
{
    internal const int UsersMax = 1000;
    private const int NameMax = 32;
    private static readonly TimeSpan InvitationMax = TimeSpan.FromDays(3);

    internal async Task<IReadOnlyList<User>> All(CancellationToken cancel) =>
        [.. (await users.Query(DocumentQuery<User>.All.Take(UsersMax), cancel)).Items.Select(i => i.Document)];

    internal async Task<User?> Find(string name, CancellationToken cancel) =>
        IsName(name) || ProviderPerson.IsName(name) ? (await users.Find(name, cancel))?.Document : null;

    /// <summary>Of anybody, also of somebody whom an earlier version let in.</summary>
    internal static bool IsName(string name) => name.Length is >= 1 and <= NameMax
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-');

    /// <summary>The user, when name and password are right and nothing is locked for this address.</summary>
    internal async Task<Outcome<User>> LogIn(string name, string password, string address, CancellationToken cancel)
    {
        if (limits.Spend(address) is { } tooOften)
        {
            return tooOften;
        }

        // No name that there can be, no password that there can be: that tells nothing, and is not worth hashing.
        if (!IsName(name) || password.Length > Passwords.LengthMax)
        {
            return Faults.WrongPassword;
        }

        if (limits.Begin(name, address) is { } locked)
        {
            return locked;
        }

        try
        {
            return await Check(name, password, address, cancel);
        }
        catch
        {
            limits.Withdraw(name, address);
            throw;
        }
    }

    private async Task<Outcome<User>> Check(string name, string password, string address, CancellationToken cancel)
    {
        var found = await users.Find(name, cancel);
        if (!passwords.TryOffer(() => Passwords.Check(password, found?.Document.Password), out var checking))
        {
            limits.Withdraw(name, address);
            return Faults.Busy;
        }

        var verdict = await checking;
        if (!verdict.IsRight || found is not { } right)
        {
            return Faults.WrongPassword;
        }

        limits.Succeeded(name, address);
        // Somebody who changes the user at this moment is not undone: the next login renews.
        return verdict.Renewed is { } renewed && right.Document with { Password = renewed } is var after
            && await users.Replace(after, right.Version, cancel) ? after : right.Document;
    }

    /// <summary>A new user, or a known one who is to set a new password: the key of the one-time link.</summary>
    internal async Task<Outcome<string>> Invite(string name, Role role, string by, CancellationToken cancel)
    {
        if (!IsName(name) || !(Ids.IsAscii(name, NameMax, Ids.Marks) || await users.Find(name, cancel) is not null))
        {
            return Faults.BadUser("name", name,
                $"must be 1 to {NameMax} of the characters a-z, 0-9, '.', '_', '-', with a letter or a digit among them");
        }

        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var now = time.GetUtcNow();
        var fresh = new User(name, role, null, ApiTokens.DigestOf(key), now + InvitationMax, by, now);
        if (await users.Insert(fresh, cancel))
        {
            return key;
        }

        // A user with a password here would not be who the provider says.
        return await Change(name, u => u.Issuer is not null ? null : u with
        {
            Role = role,
            Invitation = fresh.Invitation,
            InvitationUntil = fresh.InvitationUntil,
        }, cancel) is null ? Faults.BadUser("name", name, "belongs to the provider, or was changed by somebody else at this moment")
            : Unlocked(name, key);
    }

    /// <summary>Somebody whom the provider vouches for, with the role that it gives now; made at the first time.</summary>
    internal async Task<Outcome<User>> Welcome(ProviderPerson person, CancellationToken cancel)
    {
        while (true)
        {
            if (await users.Find(person.Name, cancel) is not { } found)
            {
                var made = new User(person.Name, person.Role, null, null, null, person.Issuer, time.GetUtcNow(), person.Issuer,
                    person.Subject);
                if ((await All(cancel)).Count >= UsersMax)
                {
                    return Faults.NameNotTaken;
                }

                if (await users.Insert(made, cancel))
                {
                    await rules.UpsertMany([new ReadingRule(ReadingRule.Only, true)], cancel);
                    return made;
                }

                continue;
            }

            // A name is given to somebody else there, or belongs to somebody here: neither gets what the other one may.
            if (found.Document.Issuer != person.Issuer || found.Document.Subject != person.Subject)
            {
                return Faults.NameNotTaken;
            }

            var now = found.Document with { Role = person.Role };
            if (now == found.Document || await users.Replace(now, found.Version, cancel))
            {
                return now;
            }
        }
    }

    private string Unlocked(string name, string key)
    {
        limits.Forget(name);
        return key;
    }

    internal async Task<User?> Invited(string key, CancellationToken cancel)
    {
        var page = await users.Query(
            DocumentQuery<User>.All.Where(u => u.Invitation, Match.Equal, ApiTokens.DigestOf(key)).Take(1), cancel);
        return page.Items is [var found] && found.Document.InvitationUntil > time.GetUtcNow() ? found.Document : null;
    }

    /// <summary>The invitation is used up; from the first password on, who reads the API says who he is.</summary>
    internal async Task<Outcome<User>> Accept(string key, string password, string address, CancellationToken cancel)
    {
        if (limits.Spend(address) is { } tooOften)
        {
            return tooOften;
        }

        if (await Invited(key, cancel) is not { } invited)
        {
            return Faults.UnknownInvitation;
        }

        if (Passwords.Broken(password, invited.Name) is { } rule)
        {
            return Faults.BadUser("password", null, rule);
        }

        if (!passwords.TryOffer(() => Passwords.Hash(password), out var hashing))
        {
            return Faults.Busy;
        }

        var hash = await hashing;
        var accepted = await Change(invited.Name, u => u.Invitation != invited.Invitation ? null
            : u with { Password = hash, Invitation = null, InvitationUntil = null }, cancel);
        if (accepted is null)
        {
            return Faults.UnknownInvitation;
        }

        limits.Succeeded(invited.Name, address);
        await rules.UpsertMany([new ReadingRule(ReadingRule.Only, true)], cancel);
        return accepted;
    }

    /// <summary>Null when there is no such user, or when the change does not want it any more.</summary>
    internal async Task<User?> Change(string name, Func<User, User?> change, CancellationToken cancel)
    {
        while (await users.Find(name, cancel) is { } found && change(found.Document) is { } changed)
        {
            if (await users.Replace(changed, found.Version, cancel))
            {
                return changed;
            }
        }

        return null;
    }

    internal async Task<bool> Delete(string name, CancellationToken cancel) =>
        await users.Find(name, cancel) is { } found && await users.Delete(name, found.Version, cancel);

    /// <summary>Somebody who can let others in, besides this one.</summary>
    internal async Task<bool> HasOtherAdministrator(string name, CancellationToken cancel) =>
        (await All(cancel)).Any(u => u.Name != name && u is { Role: Role.Administrator, Password: not null });
}
