using System.Collections.Concurrent;
using System.Net;
using Holdfast.App;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Flow.Tests.CommandLine;

/// <summary>Lets one test at a time own what the console prints.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OwnsTheConsole
{
    public const string Name = "owns the console";
}

/// <summary>A server that answers as a test says and remembers what it was asked, and the command line beside it.</summary>
public sealed class AskedServer : IAsyncLifetime
{
    private WebApplication? _app;

    internal ConcurrentQueue<(string Method, string Path, string Body)> Asked { get; } = new();

    internal Func<HttpRequest, (int Status, string Type, string Body)> Answer { get; set; } = _ => Json("{}");

    internal string Url => _app!.Urls.First();

    internal static (int, string, string) Json(string body) => (200, "application/json", body);

    internal static (int, string, string) Problem(int status, string code) => (status, "application/problem+json",
        $$"""{"status":{{status}},"code":"{{code}}","detail":"It is so.","workaround":"Do this."}""");

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            Asked.Enqueue((context.Request.Method, $"{context.Request.Path}{context.Request.QueryString}", await reader.ReadToEndAsync()));
            var (status, type, body) = Answer(context.Request);
            (context.Response.StatusCode, context.Response.ContentType) = (status, type);
            await context.Response.WriteAsync(body);
        });
        await _app.StartAsync();
    }

    internal static async Task<(int Exit, string Out, string Error)> Run(params string[] arguments)
    {
        var (was, wasError) = (Console.Out, Console.Error);
        var (output, error) = (new StringWriter(), new StringWriter());
        try
        {
            Console.SetOut(output);
            Console.SetError(error);
            var exit = await Program.Run(arguments);
            return (exit, output.ToString(), Own(error));
        }
        finally
        {
            Console.SetOut(was);
            Console.SetError(wasError);
        }
    }

    /// <summary>Less the lines of a bus of an earlier test that still looks for its broker: a command has none.</summary>
    private static string Own(StringWriter error) => string.Concat(error.ToString().Split('\n')
        .Where(l => !l.Contains(" MassTransit: ", StringComparison.Ordinal)).Select((l, i) => i == 0 ? l : "\n" + l));

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }
}
