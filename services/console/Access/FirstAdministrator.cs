using Holdfast.ConsoleUi.Gateway;
using Microsoft.Extensions.Hosting;

namespace Holdfast.ConsoleUi.Access;

/// <summary>
/// While nobody has a password, each start makes a one-time link for the first administrator, prints it once, and keeps it
/// readable for this user alone in <c>{data}/console/first-administrator</c> until it is used.
/// </summary>
internal sealed class FirstAdministrator(Users users, Settings settings, ApiAddress gateway) : IHostedLifecycleService
{
    internal const string Name = "admin";

    private string FileName => Path.Combine(settings.DataDirectory, "console", "first-administrator");

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if ((await users.All(cancellationToken)).Any(u => u.Password is not null))
        {
            return;
        }

        var invited = await users.Invite(Name, Role.Administrator, "first start", cancellationToken);
        var link = $"/setup?key={invited.Value}";
        Directory.CreateDirectory(Path.GetDirectoryName(FileName)!);
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using (var file = new StreamWriter(FileName, options))
        {
            await file.WriteLineAsync(link.AsMemory(), cancellationToken);
        }

        var site = settings.Port == 0 ? gateway.Address?.ToString().TrimEnd('/') : settings.PublicUrl;
        Console.WriteLine($"console: the first administrator sets a password at {site}{link}");
    }

    internal void Forget() => File.Delete(FileName);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
