namespace Holdfast.Supervisor.Processes;

/// <summary>
/// Keeps what an earlier life of the supervisor knew to have ended in good order, until the first list settles what of it still holds.
/// Also keeps whether the set that has ended so differs from the one that was saved.
/// </summary>
/// <param name="remembered">By name.</param>
internal sealed class RecalledEndings(Dictionary<string, KeptEnding> remembered)
{
    /// <summary>Another set of components has ended in good order than when that was saved.</summary>
    public bool Changed { get; set; }

    /// <summary>The component is as the earlier life left it, if it is still the same work.</summary>
    public void Recall(Component component, DesiredComponent desired)
    {
        if (remembered.TryGetValue(desired.Name, out var kept) && kept.IsOf(desired))
        {
            component.Recall(desired, kept);
        }
    }

    /// <summary>After a whole list: whatever it does not name has no ending any more.</summary>
    public void Forget()
    {
        Changed |= remembered.Count > 0;
        remembered.Clear();
    }

    public void Set(Component component, Ending? ending)
    {
        Changed |= component.Ending != ending
            && (component.Ending is { IsInGoodOrder: true } || ending is { IsInGoodOrder: true });
        component.Ending = ending;
    }
}
