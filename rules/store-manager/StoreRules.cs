using Holdfast.Fleet;

namespace Holdfast.Rules.StoreManager;

/// <summary>
/// Decides about a subtopic for HA and for the requests of its tasks: the first row of a table that holds decides (docs/stores.md,
/// What HA does). OMS's rows: docs/reference/oms.md, Failure of a Store. Pure.
/// </summary>
internal static class StoreRules
{
    internal static StoreDecision Decide(SubtopicView view, StoreTerms terms, DateTimeOffset now) =>
        Suspects.Held(Free(view, terms, now), view, terms.Suspected);

    private static StoreDecision Free(SubtopicView view, StoreTerms terms, DateTimeOffset now)
    {
        var document = view.Document;
        if (document.Tasks.Count == 0)
        {
            return new Hold(document, StoreReason.Unneeded, "its Stores go");
        }

        if (Unmet(view) is { } asked)
        {
            return Provide(view, terms, asked, now);
        }

        return Vacating.Decide(view, terms, now) ?? (Situation(view, terms) is { } hold ? hold : Act(view, terms, now));
    }

    /// <summary>The earliest position that a task has asked for and for which there is no Store yet.</summary>
    private static RequiredPosition? Unmet(SubtopicView view)
    {
        RequiredPosition? unmet = null;
        foreach (var need in view.AllMet ? [] : view.Document.Needs)
        {
            if (!need.IsMet && (unmet is null || need.From < unmet.From) && !IsMet(view, need))
            {
                unmet = need;
            }
        }

        // Written before needs were: its first Store was asked for and not placed.
        return unmet ?? (view.Document is { Seq: 0, Needs.Count: 0 } old
            ? new RequiredPosition(old.Tasks[0], old.StartTimestamp, false) : null);
    }

    /// <summary>A Store that reaches so far back is there, whatever its state: that is HA's or an operator's.</summary>
    internal static bool IsMet(SubtopicView view, RequiredPosition need) => view.Stores.Any(s => s.IsThere && s.Begin <= need.From);

    private static StoreDecision Provide(SubtopicView view, StoreTerms terms, RequiredPosition asked, DateTimeOffset now)
    {
        var document = view.Document;
        var from = StartTimestamp.Reachable(asked.From, document.Source, now);
        var because = $"task {asked.Task} asks for it from {StartTimestamp.Clock(asked.From)}";
        return IsFull(document, terms)
            ? Full(document, terms, because)
            : new Create(document, from, StoreOrigin.Task, because);
    }

    /// <summary>The rows of the table in which nothing is done; null: a Store is needed.</summary>
    private static Hold? Situation(SubtopicView view, StoreTerms terms)
    {
        var document = view.Document;
        if (!terms.IsOn)
        {
            return new Hold(document, StoreReason.Off, terms.Config.Enable ? "enableStore is false" : "enable is false");
        }

        var (there, running, starting, stopped, unheard) = Count(view);
        return (there, running) switch
        {
            (0, _) => new Hold(document, StoreReason.NoStore, "an operator's doing"),
            (_, > 0) => LacksRange(view, terms) ? OnTheWay(view) : Healthy(view, running),
            _ when stopped == there => new Hold(document, StoreReason.AllStopped, $"{there} of {there}"),
            _ when starting > 0 => new Hold(document, StoreReason.Starting, $"{starting} of {there}"),
            _ when unheard > 0 => new Hold(document, StoreReason.Unheard, $"{unheard} of {there}"),
            _ => null,
        };
    }

    private static Hold Healthy(SubtopicView view, int running) => Vacating.WhyStays(view) is { } stays
        ? new Hold(view.Document, StoreReason.Stays, stays)
        : new Hold(view.Document, StoreReason.Healthy, $"{running} running");

    private static (int There, int Running, int Starting, int Stopped, int Unheard) Count(SubtopicView view)
    {
        var (there, running, starting, stopped, unheard) = (0, 0, 0, 0, 0);
        foreach (var store in view.Stores)
        {
            there += store.IsThere ? 1 : 0;
            running += store.Health == StoreHealth.Running ? 1 : 0;
            starting += store.Health == StoreHealth.Starting ? 1 : 0;
            // One that is held back was not stopped by anybody who would start it again: while another one may run, that is needed.
            stopped += store is { Health: StoreHealth.Stopped, IsHeldBack: false } ? 1 : 0;
            unheard += store.Health == StoreHealth.Unheard ? 1 : 0;
        }

        return (there, running, starting, stopped, unheard);
    }

    /// <summary>The Running ones start later than a consumer needs, and that is looked at.</summary>
    private static bool LacksRange(SubtopicView view, StoreTerms terms)
    {
        var computed = terms.Config.RefetchMode == RefetchMode.Computed;
        if (computed || terms.Config.PerceiveStoreClientCheckpoint)
        {
            foreach (var consumer in view.Consumers)
            {
                if ((computed || consumer.IsVisible) && !Reach.IsCovered(view, consumer, Reach.IsRunning))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Ones that start, or have not been heard yet, reach as far back as each consumer needs that no Running one serves.</summary>
    private static Hold? OnTheWay(SubtopicView view)
    {
        var coming = Array.Find(view.Stores, s => IsComing(s)
            && Array.Exists(view.Consumers, c => !Reach.IsCovered(view, c, Reach.IsRunning) && Reach.Covers(s, c)));
        return coming is not null && Array.TrueForAll(view.Consumers, c => Reach.IsCovered(view, c, s => Reach.IsRunning(s) || IsComing(s)))
            ? new Hold(view.Document, StoreReason.Starting, coming.Store.Name)
            : null;
    }

    private static bool IsComing(ObservedStore store) => store.Health is StoreHealth.Starting or StoreHealth.Unheard;

    private static StoreDecision Act(SubtopicView view, StoreTerms terms, DateTimeOffset now)
    {
        var (document, config) = (view.Document, terms.Config);
        var why = view.HasRunning ? $"those that run begin at {StartTimestamp.Clock(view.RunningBegin!.Value)}, which is too late"
            : "none runs";
        if (IsFull(document, terms))
        {
            return Full(document, terms, why);
        }

        if (Cooling(document, terms, why, now) is { } cooling)
        {
            return cooling;
        }

        if (StartTimestamp.Of(view, terms, now) is not { } start)
        {
            return new Hold(document, StoreReason.NoConsumer, $"{why}; its start would be taken from the earliest consumer");
        }

        if (view.HasRunning && IsOutOfReach(view, terms, start))
        {
            return new Hold(document, StoreReason.OutOfReach,
                $"{why}, and a new one would begin no earlier than {StartTimestamp.Clock(start.From)}");
        }

        var plan = $"a Store from {start.From} ({start.Because})";
        return config.Autonomy switch
        {
            Autonomy.Auto => new Create(document, start.From, StoreOrigin.Ha, $"{why}; {start.Because}") { Exact = start.Exact },
            Autonomy.Observe => new Hold(document, StoreReason.Observed, why) { Plan = plan },
            Autonomy.Recommend => new Hold(document, StoreReason.Recommended, why) { Plan = plan },
            Autonomy.Approve => Approved(document, start, why, plan),
        };
    }

    internal static Hold? Cooling(SubtopicDocument document, StoreTerms terms, string why, DateTimeOffset now)
    {
        var config = terms.Config;
        if (StoredTime.Rest(document.OperatedAt, config.CheckRequestInterval, now) is not { } left)
        {
            return null;
        }

        return new Hold(document, StoreReason.Cooldown, string.Create(CultureInfo.InvariantCulture,
            $"{left.TotalSeconds:0} s of checkRequestIntervalSec {config.CheckRequestIntervalSec} left; {why}"),
            now + left);
    }

    private static StoreDecision Approved(SubtopicDocument document, Start start, string why, string plan) => document.Proposal switch
    {
        { Approval: { } yes } =>
            new Create(document, start.From, StoreOrigin.Ha, $"{why}; {start.Because}; approved by {yes.By}") { Exact = start.Exact },
        { Refusal: { } no } => new Hold(document, StoreReason.AwaitsApproval, $"{why}; declined by {no.By}"),
        _ => new Hold(document, StoreReason.AwaitsApproval, why) { Plan = plan },
    };

    /// <summary>
    /// True when a new Store would help nobody. It would begin no earlier than those that run, or an earlier attempt has found that
    /// its source has no such log. Otherwise a gap that cannot be closed would use up the threshold.
    /// </summary>
    private static bool IsOutOfReach(SubtopicView view, StoreTerms terms, Start start)
    {
        var computed = terms.Config.RefetchMode == RefetchMode.Computed;
        return !IsEarlier(view, start)
            || (Reach.Slowest(view, c => (computed || c.IsVisible) && !Reach.IsCovered(view, c, Reach.IsRunning)) is { } slowest
                && Array.Exists(view.Stores, s => Reach.IsRunning(s) && Reach.WasToCover(s, slowest)));
    }

    /// <summary>A new one would begin before those that run.</summary>
    private static bool IsEarlier(SubtopicView view, Start start) => start.From < view.RunningBegin
        || (start.Exact is { } exact && Array.TrueForAll(view.Stores, s => !Reach.IsRunning(s) || s.Exact?.Begin > exact.At));

    internal static bool IsFull(SubtopicDocument document, StoreTerms terms) => document.StoreCount >= terms.Threshold(document);

    internal static Hold Full(SubtopicDocument document, StoreTerms terms, string why) =>
        new(document, StoreReason.Threshold, $"{document.StoreCount} of {terms.Threshold(document)}; {why}");
}
