namespace Holdfast.Contracts.Views;

/// <summary>The present answer of one region: does it survive its largest host, and each IDC?</summary>
/// <param name="Survives">All of the scenarios.</param>
/// <param name="Sentence">Such as <c>survives h3: yes · IDC b: no, 12 components have no room</c>; of bounded length.</param>
public sealed record Headroom(string Region, bool Survives, IReadOnlyList<Loss> Scenarios, string Sentence);

/// <summary>One loss that may happen.</summary>
/// <param name="Lost"><c>host h3</c> or <c>idc b</c>.</param>
/// <param name="Hosts">Count of the hosts that are lost.</param>
/// <param name="Components">Count of the components that would have to move.</param>
/// <param name="Without">Count of those that would find no room.</param>
/// <param name="Because">The shortage, as a sentence; null when it survives.</param>
public sealed record Loss(string Lost, int Hosts, int Components, bool Survives, int Without, string? Because)
{
    /// <summary>The region has no host beside what would be lost, be it up or not: nothing is wrong with it for that alone.</summary>
    public bool Unavoidable { get; init; }
}
