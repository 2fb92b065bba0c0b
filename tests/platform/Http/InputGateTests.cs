using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Tests.Http;

/// <summary>Input that no endpoint can use reaches none.</summary>
[Collection(EnvironmentTests.Name)]
public sealed class InputGateTests(TrustingProcess process) : IClassFixture<TrustingProcess>
{

    [Theory]
    [InlineData("/list?cursor=!!", "400 PF-109 cursor '!!'")]
    [InlineData("/list?cursor=bnVsbA", "400 PF-109 cursor 'bnVsbA'")]
    [InlineData("/list?limit=ten", "400 PF-103 limit 'ten'")]
    [InlineData("/list?limit=99999999999", "400 PF-103 limit '99999999999'")]
    [InlineData("/list?limit=1&limit=2", "400 PF-108 limit '2'")]
    [InlineData("/list?on=maybe", "400 PF-103 on 'maybe'")]
    [InlineData("/list?q=%ff", "400 PF-108 q '%ff'")]
    [InlineData("/list?q=%zz", "400 PF-108 q '%zz'")]
    [InlineData("/list?event=a&event=b", "200")]
    [InlineData("/needs", "400 PF-103 name ''")]
    [InlineData("/one/%80", "400 PF-108 path '/api/v1/one/%80'")]
    [InlineData("/one/100%25", "200")]
    public async Task A_question_that_cannot_be_read_is_answered_with_parameter_value_and_rule(string path, string answer)
    {
        Assert.Equal(answer, await Said(await process.Client.GetAsync(AsItIs("/api/v1" + path))));
    }

    [Theory]
    [InlineData("""{"name":"x","tags":["a"],"kind":"Equal"}""", "200")]
    [InlineData("""{"name":"x\u0000"}""", "400 PF-110 name 'x\uFFFD'")]
    [InlineData("""{"name":"\ud800"}""", "400 PF-110 name '\\ud800'")]
    [InlineData("""{"tags":[null]}""", "400 PF-110 tags[0] 'null'")]
    [InlineData("""{"size":1e999}""", "400 PF-110 size '1e999'")]
    [InlineData("""{"count":1.5}""", "400 PF-103 count '1.5'")]
    [InlineData("""{"count":99999999999}""", "400 PF-103 count '99999999999'")]
    [InlineData("""{"name":null}""", "400 PF-103 name 'null'")]
    [InlineData("""{"name":["x"]}""", "400 PF-103 name '[\"x\"]'")]
    [InlineData("""{"at":"0001-01-01T00:00:00+14:00"}""", "400 PF-103 at '0001-01-01T00:00:00+14:00'")]
    [InlineData("""{"at":"9999-12-31T23:59:59-01:00"}""", "400 PF-103 at '9999-12-31T23:59:59-01:00'")]
    [InlineData("""{"at":"0000-01-01T00:00:00Z"}""", "400 PF-103 at '0000-01-01T00:00:00Z'")]
    [InlineData("""{"kind":"Nothing"}""", "400 PF-103 kind 'Nothing'")]
    [InlineData("""{"name":"x","name":"y"}""", "400 PF-110 name 'name'")]
    [InlineData("""{"more":{"a":1,"a":2}}""", "400 PF-110 more.a 'a'")]
    [InlineData("""{"name":"x"} more""", "400 PF-103 body ''")]
    [InlineData("""{"name":""", "400 PF-103 body ''")]
    [InlineData("null", "400 PF-103 body ''")]
    [InlineData("", "400 PF-103 body ''")]
    [InlineData("[]", "400 PF-103 body '[]'")]
    public async Task A_body_that_cannot_be_read_is_answered_with_field_value_and_rule(string body, string answer)
    {
        var said = await process.Client.PostAsync("/api/v1/typed", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(answer, await Said(said));
    }

    [Theory]
    [InlineData("text/plain", null, "Content-Type")]
    [InlineData("application/json; charset=utf-16", null, "Content-Type")]
    [InlineData("application/x-www-form-urlencoded", null, "Content-Type")]
    [InlineData(null, null, "Content-Type")]
    [InlineData("application/json", "gzip", "Content-Encoding")]
    public async Task A_body_in_another_form_is_415(string? type, string? encoding, string field)
    {
        var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        var said = await Said(await process.Client.PostAsync("/api/v1/typed", content));
        Assert.StartsWith($"415 PF-415 {field} ", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/raw")]
    [InlineData("/typed")]
    public async Task Bytes_that_are_no_UTF_8_and_keys_given_twice_are_refused_typed_or_not(string path)
    {
        var content = new ByteArrayContent([.. "{\"name\":\""u8, 0xff, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var said = await Said(await process.Client.PostAsync("/api/v1" + path, content));
        Assert.StartsWith("400 PF-110 name ", said, StringComparison.Ordinal);
        var twice = new StringContent("""{"name":"x","name":"y"}""", Encoding.UTF8, "application/json");
        Assert.StartsWith("400 PF-110 ", await Said(await process.Client.PostAsync("/api/v1" + path, twice)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_too_large_or_whose_chunks_are_none_is_refused_and_the_process_goes_on()
    {
        var large = new StringContent($"\"{new string('x', 5 << 20)}\"", Encoding.UTF8, "application/json");
        using var tooLarge = new HttpRequestMessage(HttpMethod.Post, "/api/v1/typed") { Content = large };
        tooLarge.Headers.ExpectContinue = true;
        Assert.StartsWith("413 PF-104", await Said(await process.Client.SendAsync(tooLarge)), StringComparison.Ordinal);

        using var socket = new TcpClient();
        var address = process.Client.BaseAddress!;
        await socket.ConnectAsync(address.Host, address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/v1/typed HTTP/1.1\r\nHost: x\r\nAuthorization: {process.Client.DefaultRequestHeaders.Authorization}\r\n"
            + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"));
        using var reader = new StreamReader(stream);
        using var limit = new CancellationTokenSource(TrustingProcess.Limit, TimeProvider.System);
        Assert.StartsWith("HTTP/1.1 400", await reader.ReadLineAsync(limit.Token), StringComparison.Ordinal);
        Assert.Equal("200", await Said(await process.Client.GetAsync("/api/v1/one/x")));
    }

    [Theory]
    [InlineData("/api/v1/typed")]
    [InlineData("/api/v1/raw")]
    public async Task A_body_that_does_not_end_is_refused_once_it_is_too_large_and_what_was_read_of_it_is_not_kept(string path)
    {
        using var socket = new TcpClient();
        var address = process.Client.BaseAddress!;
        await socket.ConnectAsync(address.Host, address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {process.Client.DefaultRequestHeaders.Authorization}\r\n"
            + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n\""));
        using var limit = new CancellationTokenSource(TrustingProcess.Limit, TimeProvider.System);
        var part = Encoding.ASCII.GetBytes(new string('x', 64 << 10) + "\r\n10000\r\n");
        var answer = new StreamReader(stream).ReadLineAsync(limit.Token).AsTask();
        var sent = 0L;
        try
        {
            while (!answer.IsCompleted)
            {
                await stream.WriteAsync(part, limit.Token);
                sent += part.Length;
            }
        }
        catch (IOException)
        {
            // It has hung up.
        }

        Assert.StartsWith("HTTP/1.1 413", await answer, StringComparison.Ordinal);
        Assert.InRange(sent, 4 << 20, 64 << 20);
        Assert.Equal("200", await Said(await process.Client.GetAsync("/api/v1/one/x")));
    }

    [Fact]
    public async Task No_refusal_names_a_type_of_this_program()
    {
        string[] bodies =
            ["""{"count":"x"}""", "[]", """{"kind":7,"at":1}""", """{"at":"soon"}""", """{"tags":{}}""", """{"tags":1}"""];
        foreach (var body in bodies)
        {
            var said = await process.Client.PostAsync("/api/v1/typed", new StringContent(body, Encoding.UTF8, "application/json"));
            var text = await said.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.BadRequest, said.StatusCode);
            Assert.DoesNotContain("Holdfast.", text, StringComparison.Ordinal);
            Assert.DoesNotContain("System.", text, StringComparison.Ordinal);
        }
    }

    /// <summary>The client mends no escapes.</summary>
    private Uri AsItIs(string path) => new(process.Client.BaseAddress!.ToString().TrimEnd('/') + path,
        new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private static async Task<string> Said(HttpResponseMessage answer)
    {
        if (answer.IsSuccessStatusCode)
        {
            return $"{(int)answer.StatusCode}";
        }

        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        var field = (body["errors"] as JsonArray)?[0];
        Assert.True(field is null || !string.IsNullOrEmpty((string?)field["rule"]), $"{body}");
        return $"{(int)answer.StatusCode} {body["code"]} {field?["field"]} '{field?["value"]}'";
    }
}
