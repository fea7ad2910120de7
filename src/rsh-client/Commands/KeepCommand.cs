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
