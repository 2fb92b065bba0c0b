using System.Threading.Channels;
using Holdfast.Supervisor.Config;
using Holdfast.Supervisor.Loop;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;

namespace Holdfast.Supervisor.Processes;

/// <summary>The work in components' directories, each piece on a thread that may hang.</summary>
internal sealed class ComponentDisks(DiskThreads threads, ComponentUser? user, ChannelWriter<LoopEvent> events)
{
    /// <summary>Tells whether a command may run here, of a component in that folder; may wait for a disk.</summary>
    public Func<IReadOnlyList<string>, string, bool> Allows { get; init; } = (_, _) => true;

    public void Read(Component component, StatusLook look)
    {
        var (folder, last, isWaitedFor) = (component.Folder.Path, component.StatusStamp, component.Exit is not null);
        threads.Begin(() =>
        {
            look.Read = TryRead(folder, last);
            if (isWaitedFor)
            {
                Wake();
            }
        });
    }

    public void Prepare(Component component, ConfigOnDisk config)
    {
        var (folder, command) = (component.Folder, component.Ran!.Command);
        component.Preparing ??= threads.Begin(() =>
        {
            try
            {
                if (!Allows(command, folder.Path))
                {
                    throw new NotAllowedException();
                }

                folder.Prepare(user);
                config.Settle(folder, user);
            }
            finally
            {
                Wake();
            }
        });
    }

    /// <summary>A component that ran without a configuration has none.</summary>
    public void RemoveConfig(Component component)
    {
        if (component.Ran?.ConfigDigest is not null)
        {
            threads.Begin(component.Folder.RemoveConfig);
        }
    }

    private static StatusRead TryRead(string folder, FileStamp? last)
    {
        try
        {
            return StatusFile.Read(folder, last);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new StatusRead.Bad(ComponentReports.NotJudged(e), default);
        }
    }

    /// <summary>Makes up for threads that hang.</summary>
    public void Tend() => threads.Tend();

    private void Wake() => events.TryWrite(new LoopEvent.Tick());
}
