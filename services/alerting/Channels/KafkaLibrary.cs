using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Holdfast.Alerting.Channels;

/// <summary>The distribution's librdkafka instead of one that comes with the package.</summary>
internal static class KafkaLibrary
{
    private const string File = "librdkafka.so.1";

    private static readonly Lazy<bool> Resolver = new(SetResolver);

    /// <summary>
    /// Null when Kafka can be used; else what is missing. Asked each time: it may be installed meanwhile.
    /// </summary>
    internal static string? Missing()
    {
        _ = Resolver.Value;
        return NativeLibrary.TryLoad(File, out _)
            || NativeLibrary.TryLoad("librdkafka", typeof(Message<,>).Assembly, null, out _)
            ? null
            : $"AL-321 {File} is not installed on this machine: apt install librdkafka1";
    }

    private static bool SetResolver()
    {
        NativeLibrary.SetDllImportResolver(typeof(Message<,>).Assembly, Resolve);
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search) =>
        name.Contains("rdkafka", StringComparison.Ordinal) && NativeLibrary.TryLoad(File, out var handle) ? handle : 0;
}
