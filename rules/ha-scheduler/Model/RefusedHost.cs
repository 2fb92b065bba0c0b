using Holdfast.Contracts;

namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>A host whose reports the heartbeat service does not take: it is silent for that, not for a fault of the machine.</summary>
/// <param name="Code">The code of the answer, docs/errors.md.</param>
internal sealed record RefusedHost(string Code, string Detail, string Workaround, string Address, DateTimeOffset Since)
{
    internal static RefusedHost Of(HostRefusal said) => new(said.Code, said.Detail, said.Workaround, said.Address, said.Since);

    internal string Sentence => $"the heartbeat service refuses its reports since {Since:O} with {Code}: {Detail} What to do: {Workaround}";
}
