using System.CommandLine;
using RemoteShell.Cli.Client.Native;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Start;
using RemoteShell.Client;
using RemoteShell.Client.Keeping;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client keep</c>, which a command with <c>--persist</c> starts: keeps a connection for further commands.</summary>
internal static class KeepCommand
{
    // A worker without work tries this many times for more before it sleeps. With the runtime's 70 the keeper takes the processor from
    // the server, from the command and from its client for a tenth of a short command; with none, bulk output is a tenth slower.
    private const string SpinLimitName = "System.Threading.ThreadPool.UnfairSemaphoreSpinLimit";
    private const string SpinLimit = "10";

    public static Command Create()
    {
        var command = new Command(KeeperOptions.Name, "Keep a connection for further commands.")
        {
            KeeperOptions.Socket, KeeperOptions.Unused, HostOptions.Host,
        };
        command.Hidden = true;
        HostOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        // Before the first use of the pool, which reads it once.
        AppContext.SetData(SpinLimitName, SpinLimit);
        // The terminal, its signals, and what the first command was given belong to that command.
        _ = LibC.SetSid();
        InheritedDescriptors.CloseAll();
        SystemTrustStore.Disable();
        ClientOptions options = HostOptions.Options(parsed, parsed.GetValue(HostOptions.Host)!, _ => { }) with { Lost = null };
        string socket = parsed.GetValue(KeeperOptions.Socket)!;
        // The configuration may have changed since.
        if (KeptSocket.In(HostOptions.SharedFolder(options), options) != socket)
            return 0;
        await ConnectionKeeper.RunAsync(options, socket, parsed.GetValue(KeeperOptions.Unused)!.Value, cancellationToken);
        return 0;
    }
}
