using Holdfast.App.Services;

namespace Holdfast.App.Operator;

/// <summary>
/// <c>holdfast openapi</c>: the API's description, asked from a process that serves it. docs/openapi.json is its
/// output.
/// </summary>
internal static class OpenApiCommand
{
    /// <summary>As the description names the server, whatever port it was asked at.</summary>
    private const string Host = "127.0.0.1:8089";

    internal static Command Create()
    {
        var command = new Command("openapi", "Print the OpenAPI description of all services.");
        command.SetAction(async (_, cancel) =>
        {
            var output = Console.Out;
            // The services' log lines are not part of the description.
            Console.SetOut(Console.Error);
            var data = Directory.CreateTempSubdirectory("holdfast-openapi-").FullName;
            try
            {
                await Print(data, output, cancel);
                return 0;
            }
            finally
            {
                Directory.Delete(data, recursive: true);
            }
        });
        return command;
    }

    /// <param name="data">An empty directory.</param>
    internal static async Task Print(string data, TextWriter output, CancellationToken cancel)
    {
        var settings = new Settings { Port = 0, DataDirectory = data };
        await using var app =
            HoldfastHost.Build(settings, ServiceModules.All(), TokenAuth.Load(settings.DataDirectory).Value!);
        await app.StartAsync(cancel);
        using var http = new HttpClient();
        using var ask = new HttpRequestMessage(HttpMethod.Get, $"{app.Urls.First()}/openapi/v1.json");
        ask.Headers.Host = Host;
        using var answer = await http.SendAsync(ask, cancel);
        var description = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancel);
        await output.WriteLineAsync(description.AsMemory(), cancel);
        await app.StopAsync(cancel);
    }
}
