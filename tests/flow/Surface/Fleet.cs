namespace Holdfast.Flow.Tests.Surface;

/// <summary>Things that there are before the first hostile request: the kind of what it makes, where it is sent, and the body.</summary>
internal static class Fleet
{
    internal static IReadOnlyList<(string Kind, string Path, string Body)> All { get; } =
    [
        .. new[] { ("h1", "a"), ("h2", "a"), ("h3", "b") }.Select(h => ("hosts", "/api/v1/heartbeats", $$$"""
            {"host":"{{{h.Item1}}}","incarnation":1,"sequence":1,"region":"r","idc":"{{{h.Item2}}}","address":"127.0.0.1",
             "usage":{"cpu":0.1,"memory":0.1,"disk":0.1}}
            """)),
        .. new[] { "t1", "t2", "t3" }.Select(t => ("tasks", "/api/v1/tasks", $$$"""
            {"name":"{{{t}}}","type":"synchronization","region":"r","source":{"name":"{{{t}}}-db"},"incrSync":{"command":["true"]}}
            """)),
        ("alerts", "/api/v1/alerts", """
            [{"event":"oms_host_down","target":"h9","host":"h9","region":"r"},
             {"event":"oms_sync_delay","target":"t1","task":"t1","level":1}]
            """),
        ("silences", "/api/v1/silences", """
            {"matcher":{"hosts":["h7"]},"reason":"x","owner":"x","endsAt":"ENDS"}
            """.Replace("ENDS", TimeProvider.System.GetUtcNow().AddDays(1).ToString("O"), StringComparison.Ordinal)),
        ("channels", "/api/v1/channels?force=true", """
            {"name":"c1","kind":"webhook","webhook":{"url":"http://127.0.0.1:1/x","timeoutSeconds":1}}
            """),
        ("tokens", "/api/v1/tokens", """{"name":"k1","scopes":["read"],"days":1}"""),
    ];
}
