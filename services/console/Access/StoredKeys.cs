using System.Xml.Linq;
using Holdfast.Platform.State;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Holdfast.ConsoleUi.Access;

/// <summary>A key with which forms and cookies are protected. Key: the name that the framework gives it.</summary>
internal sealed record FormKey(string Id, string Xml);

/// <summary>
/// The framework's keys in the store, sealed like all secrets: each replica of the console takes the others' forms, and a console that
/// moved takes those from before. The framework asks in its own time, about once a day, and does not await.
/// </summary>
internal sealed class StoredKeys(IDocuments<FormKey> keys) : IXmlRepository
{
    /// <summary>A key lives for 90 days: more are not looked at.</summary>
    private const int KeysMax = 200;

    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. keys.Query(DocumentQuery<FormKey>.All.Take(KeysMax), CancellationToken.None).GetAwaiter().GetResult().Items
            .Select(key => XElement.Parse(key.Document.Xml))];

    public void StoreElement(XElement element, string friendlyName) => keys.Insert(
        new FormKey(friendlyName, element.ToString(SaveOptions.DisableFormatting)), CancellationToken.None).GetAwaiter().GetResult();
}
