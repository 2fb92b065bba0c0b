namespace Holdfast.Supervisor.Machine;

/// <summary>Its timestamps are CLOCK_BOOTTIME nanoseconds: the clock that the guard counts the lease on.</summary>
internal sealed class BootClock : TimeProvider
{
    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => Native.BootNanoseconds();
}

/// <summary>A moment on the boot clock.</summary>
internal readonly record struct BootTime(long Nanoseconds) : IComparable<BootTime>
{
    public static BootTime Now(TimeProvider clock) => new(clock.GetTimestamp());

    public int CompareTo(BootTime other) => Nanoseconds.CompareTo(other.Nanoseconds);

    public static BootTime operator +(BootTime time, TimeSpan span) =>
        new(time.Nanoseconds + (span.Ticks * TimeSpan.NanosecondsPerTick));

    public static TimeSpan operator -(BootTime later, BootTime earlier) =>
        TimeSpan.FromTicks((later.Nanoseconds - earlier.Nanoseconds) / TimeSpan.NanosecondsPerTick);

    public static bool operator <(BootTime left, BootTime right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(BootTime left, BootTime right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(BootTime left, BootTime right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(BootTime left, BootTime right) => left.Nanoseconds >= right.Nanoseconds;
}
