namespace Holdfast.Rules.StoreManager;

/// <summary>The name of a Store (docs/reference/oms.md, Names of components): <c>{ip}-{port}:{subtopic}:{10-digit seq}</c>.</summary>
internal static class StoreName
{
    /// <summary>The supervisor's port.</summary>
    private const int SupervisorPort = 9000;

    internal static string Of(string ip, string subtopic, long seq) => $"{ip}-{SupervisorPort}:{subtopic}:{seq:d10}";

    /// <summary>Null: it is no Store's name. An address may have colons, too.</summary>
    internal static string? SubtopicOf(string name)
    {
        var mark = $"-{SupervisorPort}:";
        var (begin, end) = (name.IndexOf(mark, StringComparison.Ordinal) + mark.Length, name.LastIndexOf(':'));
        return begin >= mark.Length && end > begin ? name[begin..end] : null;
    }
}
