using System.Runtime.InteropServices;

namespace Holdfast.Platform;

/// <summary>
/// Time since some fixed moment on a clock that goes on while the machine sleeps: what a lease of one's own is counted
/// on. Another clock is for tests.
/// </summary>
public sealed partial class BootClock(TimeProvider time)
{
    /// <summary>CLOCK_BOOTTIME.</summary>
    public static BootClock System { get; } = new(new BootTime());

    private readonly long _origin = time.GetTimestamp();

    public TimeSpan Now => time.GetElapsedTime(_origin);

    private sealed partial class BootTime : TimeProvider
    {
        private const int ClockBootTime = 7;
        private const long NanosecondsPerSecond = 1_000_000_000;

        public override long TimestampFrequency => NanosecondsPerSecond;

        public override long GetTimestamp() => ClockGetTime(ClockBootTime, out var now) == 0
            ? now.Seconds * NanosecondsPerSecond + now.Nanoseconds
            : throw new InvalidOperationException("CLOCK_BOOTTIME cannot be read.");

        [StructLayout(LayoutKind.Sequential)]
        private struct TimeSpec
        {
            public long Seconds;
            public long Nanoseconds;
        }

        [LibraryImport("libc", EntryPoint = "clock_gettime")]
        private static partial int ClockGetTime(int clock, out TimeSpec time);
    }
}
