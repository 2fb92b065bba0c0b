using System.Net;
using System.Net.Sockets;

namespace Holdfast.ConsoleUi.Access;

/// <summary>
/// Attempts to come in, as this process remembers them: nothing is written, so that guessing fills no disk and tells no other user
/// anything. An attempt counts as failed from its beginning, else many at one time would all pass.
/// </summary>
internal sealed class LoginLimits(TimeProvider time)
{
    /// <summary>Of addresses, and of names at addresses; the oldest goes for a new one.</summary>
    internal const int RememberedMax = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, AddressBudget> _budgets = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, string Address), Attempts> _attempts = [];
    private readonly long _start = time.GetTimestamp();

    private TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>Before anything is looked up for this address; null: it may go on.</summary>
    internal Fault? Spend(string address)
    {
        var (key, now) = (Network(address), Now);
        lock (_lock)
        {
            var held = _budgets.TryGetValue(key, out var known) ? known : AddressBudget.Full(now);
            if (held.Take(now) is not { } left)
            {
                return Faults.TooOften(held.Wait(now));
            }

            MakeRoom(_budgets, key, b => b.Now(now).Left >= AddressBudget.AtOnce, b => b.At);
            _budgets[key] = left;
            return null;
        }
    }

    /// <summary>Null: the password may be looked at; <see cref="Succeeded"/> or <see cref="Withdraw"/> ends the attempt well.</summary>
    internal Fault? Begin(string name, string address)
    {
        var (key, now) = ((name, Network(address)), Now);
        lock (_lock)
        {
            var tried = _attempts.GetValueOrDefault(key, Attempts.None);
            if (LockOut.Holds(tried, now))
            {
                return Faults.LockedOut(tried.Until!.Value - now);
            }

            MakeRoom(_attempts, key, a => LockOut.IsOver(a, now), a => a.At);
            _attempts[key] = LockOut.Failed(tried, now);
            return null;
        }
    }

    internal void Succeeded(string name, string address)
    {
        var key = Network(address);
        lock (_lock)
        {
            _attempts.Remove((name, key));
            if (_budgets.TryGetValue(key, out var held))
            {
                _budgets[key] = held.GiveBack(Now);
            }
        }
    }

    /// <summary>The password was not looked at after all.</summary>
    internal void Withdraw(string name, string address)
    {
        var key = (name, Network(address));
        lock (_lock)
        {
            if (_attempts.TryGetValue(key, out var tried))
            {
                _attempts[key] = tried with { Failures = Math.Max(0, tried.Failures - 1), Until = null };
            }
        }
    }

    /// <summary>An administrator has made a new one-time link: the name is locked nowhere.</summary>
    internal void Forget(string name)
    {
        lock (_lock)
        {
            foreach (var key in _attempts.Keys.Where(k => k.Name == name).ToList())
            {
                _attempts.Remove(key);
            }
        }
    }

    internal bool IsLocked(string name)
    {
        lock (_lock)
        {
            return _attempts.Any(a => a.Key.Name == name && LockOut.Holds(a.Value, Now));
        }
    }

    /// <summary>Somebody who has one IPv6 address has all of its network's.</summary>
    internal static string Network(string address)
    {
        if (!IPAddress.TryParse(address, out var parsed))
        {
            return address;
        }

        if (parsed.IsIPv4MappedToIPv6)
        {
            return parsed.MapToIPv4().ToString();
        }

        return parsed.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexStringLower(parsed.GetAddressBytes().AsSpan(0, 8)) : parsed.ToString();
    }

    private static void MakeRoom<TKey, TValue>(
        Dictionary<TKey, TValue> remembered, TKey key, Func<TValue, bool> isOver, Func<TValue, TimeSpan> at) where TKey : notnull
    {
        if (remembered.Count < RememberedMax || remembered.ContainsKey(key))
        {
            return;
        }

        foreach (var over in remembered.Where(r => isOver(r.Value)).Select(r => r.Key).ToList())
        {
            remembered.Remove(over);
        }

        if (remembered.Count >= RememberedMax)
        {
            remembered.Remove(remembered.MinBy(r => at(r.Value)).Key);
        }
    }
}
