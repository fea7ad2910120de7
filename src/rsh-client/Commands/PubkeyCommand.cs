using System.CommandLine;
using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client pubkey</c>: prints what a server must authorize.</summary>
internal static class PubkeyCommand
{
    public static Command Create()
    {
        var command = new Command("pubkey", "Print this client's public key, as 'rsh-server authorize' takes it.");
        command.SetAction(_ => Run());
        return command;
    }

    /// <summary>The key, with who and where as its comment.</summary>
    public static string Line(Identity identity) => $"{identity.PublicKey} {Environment.UserName}@{Environment.MachineName}";

    private static int Run()
    {
        string path = new ClientOptions { Host = new("", 0) }.IdentityFile;
        if (!File.Exists(path))
            throw new RemoteShellException("there is no key yet") { Hint = "make one with: rsh-client keygen" };
        using var identity = Identity.Load(path);
        Console.Out.WriteLine(Line(identity));
        return 0;
    }
}
