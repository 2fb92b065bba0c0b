namespace Holdfast.Supervisor.Tests;

/// <summary>A server that a test commands, and a host whose supervisor reports to it.</summary>
public abstract class HostScene : IAsyncDisposable
{
    private protected readonly FakeServer _server = new();
    private protected readonly Host _host;

    private protected HostScene() => _host = new Host(_server);

    private protected static BootTime Now => BootTime.Now(FakeServer.Clock);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _server.Dispose();
    }

    /// <summary>Starts the supervisor; returns when all of these run.</summary>
    private protected async Task Run(params DesiredComponent[] components)
    {
        _server.Want(components);
        _host.Start();
        foreach (var component in components)
        {
            await _host.UntilReported(component.Name, ComponentState.Running, component.Epoch);
        }
    }
}
