using System.Runtime.InteropServices;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Server.Output;
using RemoteShell.Server;
using RemoteShell.Server.Admin;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server status --watch</c>: shows the state of the server each second, until Ctrl+C.</summary>
internal static class StatusWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Draws a table on the terminal.</summary>
    /// <exception cref="UsageException">Standard output is not a terminal.</exception>
    public static async Task DrawAsync()
    {
        if (!StatusScreen.IsThere)
            throw new UsageException("--watch: standard output is not a terminal", "for a program: rsh-server status --watch --json");
        WatchedStatus first = await AskAsync(CancellationToken.None);
        using var screen = new StatusScreen();
        await RepeatAsync(first, (now, before) =>
        {
            (int columns, int rows) = StatusScreen.Size;
            StatusScreen.Draw(new StatusTable(columns, rows).Lines(now, before), columns);
        });
    }

    /// <summary>Prints a line of JSON each second.</summary>
    public static async Task PrintAsync()
        => await RepeatAsync(await AskAsync(CancellationToken.None), (now, _) => Console.Out.WriteLine(now.Status.ToJson()));

    private static async Task RepeatAsync(WatchedStatus first, Action<WatchedStatus, WatchedStatus?> show)
    {
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        using PosixSignalRegistration quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);
        using var timer = new PeriodicTimer(Interval);
        (WatchedStatus now, WatchedStatus? before) = (first, null);
        try
        {
            while (true)
            {
                show(now, before);
                await timer.WaitForNextTickAsync(stop.Token);
                (now, before) = (await AskAsync(stop.Token), now);
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C is how it ends.
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<WatchedStatus> AskAsync(CancellationToken cancellationToken)
    {
        AdminReply answer = await AdminClient.AskAsync(new ServerOptions().StateFolder, new("status"), cancellationToken);
        return new(answer.Status!, DateTimeOffset.UtcNow);
    }
}
