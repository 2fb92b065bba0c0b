using Holdfast.Rules.HaScheduler.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Operations;

/// <summary>Body of PUT /api/v1/maintenance/… Fields are nullable so that all that is missing can be told at once.</summary>
internal sealed record NewMaintenance
{
    /// <summary>1 to <see cref="OperatorText.ReasonMax"/> characters.</summary>
    public string? Reason { get; init; }

    /// <summary>Person to ask about it, 1 to <see cref="OperatorText.OwnerMax"/> characters.</summary>
    public string? Owner { get; init; }

    /// <summary>Time at which it should be over, at most a year ahead; it holds until it is ended all the same.</summary>
    public DateTimeOffset? Until { get; init; }
}
