namespace Holdfast.Heartbeat.Registry;

/// <summary>Spreads hosts evenly over whatever is divided among them.</summary>
internal static class Spread
{
    /// <summary>The same in every process, unlike a string's own hash: a run can be repeated exactly.</summary>
    internal static uint Of(string host)
    {
        var hash = 2166136261u;
        foreach (var letter in host)
        {
            hash = (hash ^ letter) * 16777619;
        }

        return hash;
    }
}
