namespace Holdfast.App.Separate;

/// <summary>Number of replicas of a service. Pure.</summary>
internal static class Scale
{
    internal const int ReplicasMax = 9;

    /// <summary>Services that are made for several replicas.</summary>
    private static readonly string[] Scalable = ["ha-scheduler", "heartbeat", "store-manager", "alerting"];

    /// <summary>Replicas by service, from <c>ha-scheduler=2</c> and the like; a service that is not named has one.</summary>
    internal static Outcome<IReadOnlyDictionary<string, int>> Read(IReadOnlyList<string> given)
    {
        var replicas = new Dictionary<string, int>(StringComparer.Ordinal);
        var faults = new List<FieldFault>();
        foreach (var text in given)
        {
            if (text.Split('=') is [var name, var count] && Scalable.Contains(name, StringComparer.Ordinal)
                && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number is >= 1 and <= ReplicasMax)
            {
                replicas[name] = number;
            }
            else
            {
                faults.Add(new FieldFault("scale", text,
                    $"must be SERVICE=COUNT, one of {string.Join(", ", Scalable)}, 1 to {ReplicasMax}"));
            }
        }

        return faults.Count == 0
            ? replicas
            : Fault.Invalid("PF-201", "Correct the named settings and start again; nothing was started or changed.", faults);
    }
}
