using Holdfast.ConsoleUi.Access;
using Holdfast.Platform.State;

namespace Holdfast.ConsoleUi;

/// <summary>Every collection that the console owns: its name, its schema's version, its indexes.</summary>
internal static class ConsoleCollections
{
    internal static Collection<User> Users { get; } =
        new Collection<User>("console.users", 1, u => u.Name).Index(u => u.Invitation);

    internal static Collection<Session> Sessions { get; } =
        new Collection<Session>("console.sessions", 1, s => s.Id).Index(s => s.User).Index(s => s.Until);

    internal static Collection<FormKey> Keys { get; } = new Collection<FormKey>("console.keys", 1, key => key.Id)
        .Sealed((key, make) => key with { Xml = make(key.Xml) }, _ => null);
}
