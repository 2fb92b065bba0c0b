using System.Net.Http.Headers;

namespace Holdfast.Flow.Tests.Surface;

/// <summary>
/// All operations of docs/openapi.json, asked as nobody should: with HOLDFAST_FUZZ_SEED the same requests again, with
/// HOLDFAST_FUZZ_REQUESTS more of them. The services are in this process, their state in a temporary directory.
/// </summary>
[Trait("Category", "slow")]
public sealed class SurfaceTests(ITestOutputHelper output) : IDisposable
{
    private const int Some = 5_000;
    private const int Many = 20_000;
    private const int AtOnce = 12;
    private const int KnownMax = 400;
    private const int ShownMax = 25;
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(100);

    private readonly TempDirectory _directory = new();
    private readonly ConcurrentDictionary<string, string> _wrong = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, int> _answers = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _ids = new(StringComparer.Ordinal);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public Task No_request_whatever_it_says_is_answered_otherwise_than_described_or_harms_the_process() => Asked(Some);

    [Fact]
    [Trait("Category", "heavy")]
    public Task None_of_many_more_is_answered_otherwise_than_described_or_harms_the_process() => Asked(Many);

    private async Task Asked(int requestsDefault)
    {
        var seed = Setting("HOLDFAST_FUZZ_SEED") ?? (int)TimeProvider.System.GetTimestamp();
        var requests = Setting("HOLDFAST_FUZZ_REQUESTS") ?? requestsDefault;
        output.WriteLine($"HOLDFAST_FUZZ_SEED={seed} HOLDFAST_FUZZ_REQUESTS={requests}");
        var settings = new Settings { Port = 0, DataDirectory = _directory.Location, Profile = Profile.Fast, Instance = "surface" };
        await using var app = HoldfastHost.Build(settings, ServiceModules.All(), TokenAuth.Load(_directory.Location).Value!);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { Timeout = AnswerMax, BaseAddress = new Uri(app.Urls.Single()) };
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(_directory.File("token"))).Trim());
        await Eventually.Holds(async () => await Ready(http), TimeSpan.FromSeconds(60));

        await Prepare(http);
        var surface = ApiSurface.Read();
        await Parallel.ForEachAsync(Enumerable.Range(0, requests), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            var random = new Random(unchecked(seed * 31 + i));
            var operation = surface.Operations[i % surface.Operations.Count];
            var request = HostileRequest.Of(operation, new Hostile(random, surface, Known));
            await Ask(http, request);
        });

        output.WriteLine(string.Join(", ", _answers.OrderBy(a => a.Key).Select(a => $"{a.Key}: {a.Value}")));
        Assert.True(_wrong.IsEmpty, $"HOLDFAST_FUZZ_SEED={seed}: {_wrong.Count} kinds of wrong answers:\n"
            + string.Join('\n', _wrong.OrderBy(w => w.Key, StringComparer.Ordinal).Take(ShownMax).Select(w => $"{w.Key}\n    {w.Value}")));
        Assert.Equal(requests, _answers.Values.Sum());
        await Eventually.Holds(async () => await Ready(http), TimeSpan.FromSeconds(60));
        await app.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
    }

    private async Task Ask(HttpClient http, HostileRequest request)
    {
        using var message = request.ToMessage(http.BaseAddress!);
        using var answer = await http.SendAsync(message);
        var body = await answer.Content.ReadAsByteArrayAsync();
        var status = (int)answer.StatusCode;
        _answers.AddOrUpdate(status, 1, (_, count) => count + 1);
        if (WhyWrong(request, answer, body) is { } why)
        {
            _wrong.TryAdd($"{request.Operation}: {status} {why}", request.ToString());
        }
        else if (answer.IsSuccessStatusCode && body.Length > 0)
        {
            Learn(request.Operation.Kind, body);
        }
    }

    /// <summary>Null: as described.</summary>
    private static string? WhyWrong(HostileRequest request, HttpResponseMessage answer, byte[] body)
    {
        var status = (int)answer.StatusCode;
        if (request.IsElsewhere && status is 400 or 404 && body.Length == 0)
        {
            return null; // Kestrel itself refuses what is no HTTP, and says no more.
        }

        var type = answer.Content.Headers.ContentType?.MediaType;
        if (request.Operation.MediaTypes(status) is not { } described)
        {
            return request.IsElsewhere && status < 500 ? null : $"is not described ({Code(body)})";
        }

        if (described.Count > 0 && !described.Contains(type, StringComparer.Ordinal))
        {
            return request.IsElsewhere && status < 500 ? null : $"is {type ?? "nothing"}, described is {string.Join(" or ", described)}";
        }

        if (type?.EndsWith("json", StringComparison.Ordinal) == true && Parse(body) is null)
        {
            return "is no JSON";
        }

        return type == "application/problem+json" && Code(body).Length == 0 ? "has no code"
            : status is 500 ? "is an unexpected error" : null;
    }

    private static JsonNode? Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Code(byte[] body) => (Parse(body) as JsonObject)?["code"]?.ToString() ?? "";

    /// <summary>Learns the ids of things that there are, so that later requests can name and reach them.</summary>
    private void Learn(string kind, byte[] body)
    {
        var ids = _ids.GetOrAdd(kind, _ => new ConcurrentQueue<string>());
        if (ids.Count > KnownMax || Parse(body) is not { } json)
        {
            return;
        }

        var items = json as JsonArray ?? (json as JsonObject)?["items"] as JsonArray;
        foreach (var item in (items?.AsEnumerable() ?? [json]).OfType<JsonObject>().Take(5))
        {
            foreach (var name in (string[])["id", "name", "host", "component", "alert", "subtopic", "store", "object"])
            {
                if (item[name] is JsonValue value && value.TryGetValue<string>(out var id) && id.Length is > 0 and < 300)
                {
                    ids.Enqueue(id);
                }
            }
        }

        if (json is JsonObject page && page["next"] is JsonValue next)
        {
            ids.Enqueue(next.ToString());
        }
    }

    /// <param name="kind">Empty: any.</param>
    private string? Known(Random random, string kind)
    {
        var ids = kind.Length == 0 && _ids.Keys is { Count: > 0 } kinds ? _ids[kinds.ElementAt(random.Next(kinds.Count))]
            : _ids.GetValueOrDefault(kind);
        return ids is { Count: > 0 } ? ids.ElementAtOrDefault(random.Next(ids.Count)) : null;
    }

    /// <summary>A little of everything, so that what is asked about is often there.</summary>
    private async Task Prepare(HttpClient http)
    {
        foreach (var (kind, path, body) in Fleet.All)
        {
            // A task waits for its region, which is known once the scheduler has heard of its hosts.
            await Eventually.Holds(async () =>
            {
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                using var answer = await http.PostAsync(path, content);
                var said = await answer.Content.ReadAsByteArrayAsync();
                Learn(kind, answer.IsSuccessStatusCode ? said : "{}"u8.ToArray());
                return answer.IsSuccessStatusCode ? null : $"{path}: {Encoding.UTF8.GetString(said)}";
            }, TimeSpan.FromSeconds(60));
        }

        foreach (var path in (string[])["hosts", "tasks", "components", "stores", "alerts", "tickets", "silences", "channels", "tokens"])
        {
            Learn(path, await http.GetByteArrayAsync($"/api/v1/{path}"));
        }
    }

    private static async Task<string?> Ready(HttpClient http)
    {
        using var answer = await http.GetAsync("/health/ready");
        return answer.StatusCode == HttpStatusCode.OK ? null : await answer.Content.ReadAsStringAsync();
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value : null;
}
