using System.CommandLine;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server fingerprint</c>: prints the fingerprint that clients compare before they trust this server.</summary>
internal static class FingerprintCommand
{
    public static Command Create()
    {
        var command = new Command("fingerprint", "Print the fingerprint of the host key, and make the key if there is none.");
        command.SetAction(_ =>
        {
            using var identity = Identity.LoadOrCreate(new ServerOptions().HostKeyFile);
            Console.Out.WriteLine(identity.PublicKey.Fingerprint);
            return 0;
        });
        return command;
    }
}
