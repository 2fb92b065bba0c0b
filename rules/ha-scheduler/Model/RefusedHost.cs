namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>A host's refusal as the heartbeat service said it, and in words. Pure.</summary>
internal static class RefusedHostText
{
    extension(RefusedHost refused)
    {
        internal static RefusedHost Of(HostRefusal said) => new(said.Code, said.Detail, said.Workaround, said.Address, said.Since);

        internal string Sentence => $"the heartbeat service refuses its reports since {refused.Since:O} with {refused.Code}: "
            + $"{refused.Detail} What to do: {refused.Workaround}";
    }
}
