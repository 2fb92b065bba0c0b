namespace Holdfast.Contracts.Views;

/// <summary>Leader of a region, as the replica that answers knows it.</summary>
/// <param name="Region">The region.</param>
/// <param name="Holder">The replica that leads it, or led it last.</param>
/// <param name="Epoch">One more with every change of the holder.</param>
/// <param name="Since">Time at which the holder took it, by its wall clock.</param>
/// <param name="IsLive">The lease has not run out and was not given back.</param>
/// <param name="Replica">The replica that answers.</param>
/// <param name="Role">Its own: leader or standby.</param>
public sealed record LeaderView(
    string Region, string Holder, long Epoch, DateTimeOffset Since, bool IsLive, string Replica, string Role);
