using System.Text.RegularExpressions;

namespace Holdfast.Engine.Kafka.Topics;

/// <summary>The topic to which rows of a table go.</summary>
/// <param name="Topic">Its name, perhaps not a legal one.</param>
/// <param name="TableInKey">Rows of several tables may meet there, so keys say their table.</param>
internal readonly record struct Routed(string Topic, bool TableInKey);

/// <summary>Names topics by the template and the routes of a configuration.</summary>
internal sealed class TopicRouter(KafkaSettings settings)
{
    private static readonly Regex Places = new(@"\{(?:name|database|schema|table)\}", RegexOptions.NonBacktracking);

    private readonly List<(TopicRoute Route, Regex Expression)> _routes = [.. settings.Routes.Select(r => (r, r.Expression()))];

    internal string SchemaTopic => Filled(settings.SchemaTopic, "", "");

    internal string TransactionTopic => Filled(settings.TransactionTopic, "", "");

    internal Routed Of(string schema, string table)
    {
        foreach (var (route, expression) in _routes)
        {
            var match = expression.Match($"{schema}.{table}");
            if (match.Success)
            {
                return new Routed(Filled(match.Result(route.Topic), schema, table), route.HasUniqueKeys);
            }
        }

        return new Routed(Filled(settings.Topic, schema, table), !settings.Topic.Contains("{table}", StringComparison.Ordinal));
    }

    /// <summary>The progress topic of a task, unless the configuration names one.</summary>
    internal string ProgressTopic(string task) => settings.ProgressTopic ?? $"holdfast.progress.{task}";

    private string Filled(string template, string schema, string table) => Places.Replace(template, match => match.Value switch
    {
        "{name}" => settings.Name,
        "{database}" => settings.Database.Length > 0 ? settings.Database : settings.Name,
        "{schema}" => schema,
        _ => table,
    });
}
