namespace Holdfast.Integration.Tests;

/// <summary>Settings that cannot be used are named by code before anything starts.</summary>
[Trait("Category", "process")]
public sealed class RefusedStartTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    [Fact]
    public async Task A_port_in_use_is_PF_202()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        await IsRefused("PF-202", _directory.Location, "--port", port);
    }

    [Fact]
    public async Task A_data_directory_below_a_file_is_PF_302()
    {
        await File.WriteAllTextAsync(_directory.File("file"), "", TestContext.Current.CancellationToken);
        await IsRefused("PF-302", _directory.File("file") + "/data", "--port", "0");
    }

    [Fact]
    public async Task A_corrupted_state_file_is_PF_303_and_stays_as_it_is()
    {
        var state = _directory.File("holdfast.db");
        var garbage = Enumerable.Repeat((byte)'x', 8192).ToArray();
        await File.WriteAllBytesAsync(state, garbage, TestContext.Current.CancellationToken);
        await IsRefused("PF-303", _directory.Location, "--port", "0");
        Assert.Equal(garbage, await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken));
    }

    [Fact]
    public Task A_configuration_file_that_is_not_there_is_PF_201() =>
        IsRefused("PF-201", _directory.Location, "--port", "0", "--config", _directory.File("nothing.json"));

    [Fact]
    public async Task An_address_for_telemetry_that_is_none_is_PF_505()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "collector:4317" };
        await using var process = HoldfastProcess.Start(
            _directory.Location, ["run", "--port", "0", "--data", _directory.Location], environment);
        Assert.Equal(2, await process.End(TimeSpan.FromSeconds(30)));
        Assert.Contains("PF-505", process.Output, StringComparison.Ordinal);
    }

    private static async Task IsRefused(string code, string data, params IEnumerable<string> arguments)
    {
        var (exit, output) = await HoldfastProcess.Command(data, ["run", "--data", data, .. arguments]);
        Assert.True(exit == 2, $"exit {exit}:\n{output}");
        Assert.Contains(code, output, StringComparison.Ordinal);
        Assert.Contains("What to do:", output, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();
}
