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
            Console.SetOut(new OfThisFlow(output, was));
            Console.SetError(new OfThisFlow(error, wasError));
            var exit = await Program.Run(arguments);
            return (exit, output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetOut(was);
            Console.SetError(wasError);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    /// <summary>
    /// Takes the text of the test that made it, and leaves that of others to another writer. A bus of an earlier test may still look for
    /// its broker, and say so.
    /// </summary>
    private sealed class OfThisFlow : TextWriter
    {
        private readonly AsyncLocal<TextWriter?> _own = new();
        private readonly TextWriter _others;

        internal OfThisFlow(TextWriter own, TextWriter others) => (_own.Value, _others) = (own, others);

        public override Encoding Encoding => _others.Encoding;

        private TextWriter To => _own.Value ?? _others;

        public override void Write(char value) => To.Write(value);

        public override void Write(string? value) => To.Write(value);

        public override void Write(char[] buffer, int index, int count) => To.Write(buffer, index, count);

        public override void Write(ReadOnlySpan<char> buffer) => To.Write(buffer);
    }
}
