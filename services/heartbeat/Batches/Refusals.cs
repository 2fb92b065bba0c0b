using System.Collections.Concurrent;
using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Registry;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Heartbeat.Batches;

/// <summary>The record of a host's refused reports.</summary>
/// <param name="Told">The last time at which people were told; null: not yet.</param>
internal sealed record RefusedHost(string Code, long Times, DateTimeOffset Since, TimeSpan At, TimeSpan? Told);

/// <summary>
/// Hosts whose reports are refused, so that people hear of it elsewhere than in that host's own log: the batch carries it. What is
/// refused in the name of a host that is heard all the same (a clone of it, a report that was late) is nothing to tell.
/// </summary>
internal sealed class Refusals(HostRegistry hosts, BatchWindow window, CurrentTerms terms, CollectorHealth health, TimeProvider time)
{
    /// <summary>The header that names the host of a request, for those that are refused before their body is read.</summary>
    internal const string HostHeader = "X-Holdfast-Host";

    internal const int HostsMax = 1_000;

    internal static readonly TimeSpan TellInterval = TimeSpan.FromSeconds(10);

    /// <summary>The time after which a host's record begins anew: nobody has come in its name.</summary>
    internal static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(2);

    /// <summary>Two reports, at the pace of one that is refused.</summary>
    private static readonly TimeSpan ClaimSlack = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, RefusedHost> _refused = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>A report of this host was taken. On the hot path: free while nobody is refused.</summary>
    internal void Taken(string host)
    {
        if (Volatile.Read(ref _count) > 0 && _refused.TryRemove(host, out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <param name="host">Null: the body does not say; then the header is believed, of hosts that are known.</param>
    internal void Note(string? host, Fault fault, HttpContext context)
    {
        if (fault.Status >= StatusCodes.Status500InternalServerError)
        {
            return; // this collector's trouble, not the host's
        }

        var named = host is not null && HostId.IsValid(host) ? host : context.Request.Headers[HostHeader].ToString();
        if (named == host || (named.Length > 0 && hosts.Find(named) is not null))
        {
            Note(named, fault, Caller.AddressOf(context));
        }
    }

    internal void Note(string host, Fault fault, string address)
    {
        var now = health.Now;
        var known = Begun(host, fault, now);
        if (known is null)
        {
            return;
        }

        var granted = hosts.Find(host)?.Known is { Address: not null } heard ? now - heard.Granted : (TimeSpan?)null;
        // A claimant of the id of a host that is over has it as soon as that one surely is: only what goes on then is news.
        var holds = fault.Code == HostFaults.SupersededCode ? terms.Now.MayRun + ClaimSlack : terms.Now.Lease;
        var isDue = IsDue(known, granted, holds, now);
        _refused[host] = isDue ? known with { Told = now } : known;
        if (isDue)
        {
            window.Add(new HostRefusal
            {
                Host = host,
                Code = fault.Code,
                Detail = ComponentRules.Sentence(fault.Detail),
                Workaround = fault.Workaround,
                Address = address,
                Times = known.Times,
                Since = known.Since,
                At = time.GetUtcNow(),
            });
        }
    }

    /// <summary>Whether people are told: the host has no lease any more, and they have not been told lately.</summary>
    /// <param name="known">The host that is refused.</param>
    /// <param name="granted">The time since a lease was granted last; null: none was.</param>
    /// <param name="lease">The time for which a lease holds.</param>
    /// <param name="now">The collector's uptime.</param>
    internal static bool IsDue(RefusedHost known, TimeSpan? granted, TimeSpan lease, TimeSpan now) =>
        !(granted < lease) && !(now - known.Told < TellInterval);

    /// <summary>The record of a refusal, begun or gone on with; null: there are too many.</summary>
    private RefusedHost? Begun(string host, Fault fault, TimeSpan now)
    {
        var before = _refused.GetValueOrDefault(host);
        if (before is null)
        {
            if (Volatile.Read(ref _count) >= HostsMax)
            {
                ForgetOld(now);
            }

            if (Volatile.Read(ref _count) >= HostsMax || !_refused.TryAdd(host, First(fault, now)))
            {
                return _refused.GetValueOrDefault(host);
            }

            Interlocked.Increment(ref _count);
            return First(fault, now);
        }

        return now - before.At > ForgottenAfter ? First(fault, now)
            : before with { Code = fault.Code, Times = before.Times + 1, At = now, Told = before.Code == fault.Code ? before.Told : null };
    }

    private RefusedHost First(Fault fault, TimeSpan now) => new(fault.Code, 1, time.GetUtcNow(), now, null);

    private void ForgetOld(TimeSpan now)
    {
        foreach (var (host, known) in _refused)
        {
            if (now - known.At > ForgottenAfter && _refused.TryRemove(host, out _))
            {
                Interlocked.Decrement(ref _count);
            }
        }
    }
}
