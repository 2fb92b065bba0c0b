namespace Holdfast.Contracts.Views;

/// <summary>A maintenance that holds, with what it holds back at the moment.</summary>
public sealed record MaintenanceView
{
    /// <summary><c>host:h1</c>, <c>idc:north/n1</c> or <c>task:t1</c>.</summary>
    public required string Key { get; init; }

    /// <summary>host, idc or task.</summary>
    public required string Scope { get; init; }

    public required string Region { get; init; }
    public required string Reason { get; init; }
    public required string Owner { get; init; }
    public required DateTimeOffset Until { get; init; }

    /// <summary>Operator who set it.</summary>
    public required string By { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>It is past its end and still holds.</summary>
    public required bool IsOverdue { get; init; }

    /// <summary>The request that ends it.</summary>
    public required string EndWith { get; init; }

    /// <summary>Number of objects on which HA would act at this moment; the list has the first of them.</summary>
    public required int HeldBackCount { get; init; }

    public required IReadOnlyList<HeldBackAct> HeldBack { get; init; }
}

/// <summary>An act that HA would have done to an object, had it not been in maintenance.</summary>
public sealed record HeldBackAct(string Object, string Plan, DateTimeOffset Since);

/// <summary>The acts that a maintenance that is over has held back. Answer of its DELETE, and text of its alert.</summary>
public sealed record MaintenanceReport
{
    public required string Key { get; init; }
    public required string Reason { get; init; }
    public required string Owner { get; init; }
    public required DateTimeOffset From { get; init; }

    /// <summary>Time at which it was due to end.</summary>
    public required DateTimeOffset Until { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Number of acts that were held back; <see cref="HeldBack"/> has the first of them.</summary>
    public required int HeldBackCount { get; init; }

    public required IReadOnlyList<HeldBackAct> HeldBack { get; init; }
}
