using Holdfast.Data.Reports;

namespace Holdfast.Data.Roles;

/// <summary><c>holdfast-data diagnose</c>: how a component is, from what it writes into its directory; it may run or have ended.</summary>
internal static class DiagnoseCommand
{
    internal static async Task<int> Run(string folder, TextWriter to)
    {
        try
        {
            var status = Path.Combine(folder, "status.json");
            if (!File.Exists(status))
            {
                await to.WriteLineAsync($"{status}: there is none: no component has said anything there yet.");
                return 1;
            }

            await to.WriteLineAsync((await File.ReadAllTextAsync(status)).Trim());
            var diagnosis = Path.Combine(folder, DiagnosisReport.FileName);
            if (File.Exists(diagnosis))
            {
                var report = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(diagnosis), ReportJson.Default.DiagnosisReport);
                await to.WriteAsync(report?.Text());
            }

            return 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            await to.WriteLineAsync($"{folder}: cannot be read: {error.Message}");
            return 1;
        }
    }
}
