using Holdfast.Alerting.Channels;
using Holdfast.Rules.Alerting;

namespace Holdfast.Simulation.Tests;

/// <summary>The other end of a channel: takes alerts, or does not, in each of the ways in which receivers do not.</summary>
internal sealed class Receiver(World world, string name)
{
    internal string Name { get; } = name;

    /// <summary>Count of the faults that make it so: it accepts the connection and never says anything.</summary>
    internal int Hangs { get; set; }

    /// <summary>429 with a Retry-After.</summary>
    internal int AsksForPatience { get; set; }

    internal TimeSpan Patience { get; set; }

    /// <summary>503.</summary>
    internal int Fails { get; set; }

    /// <summary>403: whoever sends gives up.</summary>
    internal int Refuses { get; set; }

    /// <summary>Takes it, and answers what nobody understands.</summary>
    internal int Babbles { get; set; }

    /// <summary>Takes it, and the connection breaks before the answer.</summary>
    internal int Breaks { get; set; }

    /// <summary>Takes it, and answers after up to so long.</summary>
    internal TimeSpan SlowMax { get; set; }

    /// <summary>Its answer, and the time until then; null: it never answers.</summary>
    internal (TimeSpan After, ChannelAnswer Answer)? Hear(Notification notification, Sending sending)
    {
        var soon = world.Latency();
        if (Hangs > 0)
        {
            return null;
        }

        if (AsksForPatience > 0)
        {
            return (soon, ChannelAnswer.TryAgain("AL-305 it asks for patience (429)", Patience) with { Status = 429 });
        }

        if (Fails > 0)
        {
            return (soon, ChannelAnswer.TryAgain("AL-304 it answered 503") with { Status = 503 });
        }

        if (Refuses > 0)
        {
            return (soon, ChannelAnswer.GiveUp("AL-303 it refused it (403)") with { Status = 403 });
        }

        world.Alerts!.Took(this, notification, sending);
        return Breaks > 0 ? (soon, ChannelAnswer.TryAgain("AL-301 it cannot be asked: the connection broke"))
            : Babbles > 0 ? (soon, ChannelAnswer.TryAgain("AL-307 its answer is not JSON, so the response check cannot hold"))
            : (soon + world.Between(0, SlowMax.TotalSeconds), ChannelAnswer.Delivered(200));
    }
}

/// <summary>The replica that sends, its life, and the time until which it has claimed the delivery.</summary>
internal sealed record Sending(Site Site, int Life, DateTimeOffset ClaimedUntil);

/// <summary>The way to a receiver, with the time limit that every channel keeps.</summary>
internal sealed class ModelledChannel(World world, Receiver receiver, ChannelDefinition definition, AlerterSite site, Proc proc) : IChannel
{
    private readonly int _life = site.Lives;

    public Task<ChannelAnswer> Deliver(Notification notification, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<ChannelAnswer>();
        var sending = world.Alerts!.Sends(notification, site, _life);
        // A message that was sent arrives, whatever becomes of its sender.
        world.Time.After(world.Latency(), null, () =>
        {
            if (receiver.Hear(notification, sending) is { } reply)
            {
                world.Time.After(reply.After, proc, () => Answered(reply.Answer));
            }
        });
        proc.After(definition.Timeout, () => answer.TrySetResult(
            ChannelAnswer.TryAgain($"AL-302 no complete answer within {definition.Timeout.TotalSeconds:0} s")));
        if (world.Mutation.SaysSentFirst)
        {
            answer.TrySetResult(ChannelAnswer.Delivered(200));
        }

        return answer.Task;

        void Answered(ChannelAnswer reply)
        {
            if (answer.TrySetResult(reply) && reply.Kind == AnswerKind.Delivered)
            {
                world.Alerts!.Confirmed(receiver.Name, notification, sending);
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
