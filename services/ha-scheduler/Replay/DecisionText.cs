using System.Security.Cryptography;

namespace Holdfast.HaScheduler.Replay;

/// <summary>Each decision in words that are the same whenever the decision is. Pure.</summary>
internal static class DecisionText
{
    internal static string Of(Decision decision) => decision switch
    {
        DeclareDown d => $"{d.Object}: declared Down after {d.Host.Silence} of silence, incident {d.Incident}",
        Quarantine d => $"{d.Object}: quarantined",
        BringOnline d => $"{d.Object}: Online",
        Admit d => $"{d.Object}: assignments sent",
        Place d => $"{Whence(d.From)} goes to {d.Host}, to be {d.Desired} there, carries {d.CarriedState}, incident {d.Incident}",
        BeginMove d => $"{Whence(d.From)} stops in order to go to {d.To.Target} ({d.To.Cause}, ticket {d.To.Ticket}, named {d.To.IsNamed}, "
            + $"since {d.To.StoppingSince:O}, starts {d.To.Starts}, carries {d.To.Carries})",
        CancelMove d => $"{Whence(d.From)} stays: {d.Because}",
        Restart d => $"{Whence(d.From)} is restarted, number {d.Restarts} in a row",
        NoteFailure d => $"{Whence(d.From)} has failed, {d.Restarts} restarts in a row",
        NoteRecovery d => $"{Whence(d.From)} runs again by itself",
        Suspect d => $"{Whence(d.From)}: {d.Because}",
        SetBrake d => $"{d.Object}: brake {(d.After.Engaged ? "engaged" : "released")}, confirmed {d.After.Confirmed}, "
            + $"calm since {d.After.CalmSince:O}, {d.Silent} of {d.Hosts} hosts silent",
        // Its figures explain it to people; some of them are not recorded.
        Hold d => $"{d.Object}: {d.Reason.Code} {d.Because}; earliest {d.Earliest:O}, plan {d.Plan}, ticket {d.Ticket}, "
            + $"maintenance {d.Maintenance}",
        _ => throw new System.Diagnostics.UnreachableException(decision.GetType().Name),
    };

    private static string Whence(Registration from) => $"{from.Id}: on {from.Host} under epoch {from.Epoch}";
}

/// <summary>Decisions of a pass, in a form that is small enough to be kept for every pass.</summary>
/// <param name="Count">Of all decisions.</param>
/// <param name="Sum">The sum of the hashes of all their texts: the same for the same decisions in any order.</param>
/// <param name="Acts">Texts of all that is not a hold, in order.</param>
/// <param name="Holds">Objects for which nothing was done though they are not well, with the code of the reason.</param>
internal sealed record Decided(int Count, UInt128 Sum, IReadOnlyList<string> Acts, IReadOnlyDictionary<string, string> Holds)
{
    internal static Decided Of(IReadOnlyList<Decision> decisions)
    {
        var (sum, acts, holds) = (UInt128.Zero, new List<string>(), new Dictionary<string, string>(StringComparer.Ordinal));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var bytes = new byte[1024];
        foreach (var decision in decisions)
        {
            var text = DecisionText.Of(decision);
            var most = Encoding.UTF8.GetMaxByteCount(text.Length);
            bytes = most > bytes.Length ? new byte[most] : bytes;
            SHA256.HashData(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)), hash);
            sum += System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
            if (decision is not Hold hold)
            {
                acts.Add(text);
            }
            else if (hold.Reason != Reason.Healthy)
            {
                holds[hold.Object] = hold.Reason.Code;
            }
        }

        acts.Sort(StringComparer.Ordinal);
        return new Decided(decisions.Count, sum, acts, holds);
    }

    internal bool IsSame(Decided other) => Count == other.Count && Sum == other.Sum;
}
