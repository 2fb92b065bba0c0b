using System.Diagnostics;
using Holdfast.App.Processes;
using Holdfast.App.Separate;

namespace Holdfast.Tests;

/// <summary>A broker of the test's own, asked and told with rabbitmqctl.</summary>
internal sealed class RabbitControl(Part broker)
{
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(90);

    internal async Task<IReadOnlyList<string[]>> List(string what, params string[] columns) =>
        [.. (await Run(["-q", what, .. columns, "--no-table-headers"])).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split('\t'))];

    internal async Task<string> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Path.GetDirectoryName(PrivateBroker.Executable)!, "rabbitmqctl"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in broker.Spec.Environment.Where(v => v.Value is not null))
        {
            start.Environment[name] = value;
        }

        using var control = Process.Start(start)!;
        return await control.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)
            .WaitAsync(AnswerMax, TimeProvider.System);
    }
}
