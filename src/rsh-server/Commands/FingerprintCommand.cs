using System.CommandLine;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server fingerprint</c>: prints the fingerprint that clients compare before they trust this server.</summary>
internal static class FingerprintCommand
{
    private static readonly Option<bool> Public = new("--public")
    {
        Description = "Print the public key instead, as a line that ssh-keygen certifies: ssh-keygen -s CA -h -I ID -n HOST FILE.",
    };

    public static Command Create()
    {
        var command = new Command("fingerprint", "Print the fingerprint of the host key, and make the key if there is none.") { Public };
        command.SetAction(parsed =>
        {
            using var identity = Identity.LoadOrCreate(new ServerOptions().HostKeyFile);
            Console.Out.WriteLine(parsed.GetValue(Public) ? identity.PublicKey.ToString() : identity.PublicKey.Fingerprint);
            return 0;
        });
        return command;
    }
}
