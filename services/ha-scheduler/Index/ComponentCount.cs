using Holdfast.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Index;

/// <summary>Components of a kind in a state.</summary>
internal sealed record ComponentCount(ComponentKind Kind, ComponentState State, int Count);
