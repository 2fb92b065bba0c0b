using Holdfast.Contracts;
using Holdfast.Platform.Http;
using Holdfast.Rules.HaScheduler.Hosts;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler;

/// <summary>Components of a kind in a state.</summary>
internal sealed record ComponentCount(ComponentKind Kind, ComponentState State, int Count);
