using System.CommandLine;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client pubkey</c>: prints the public key that a server must authorize.</summary>
internal static class PubkeyCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("pubkey", "Print this client's public key.")
        {
            Details = ["On the server, authorize it: rsh-server authorize 'KEY'"],
        };
        command.SetAction((_, _) => ClientCommand.AnswerAsync(() => Task.FromResult(Run())));
        return command;
    }

    /// <summary>The public key, with USER@MACHINE as its comment.</summary>
    public static string Line(Identity identity) => $"{identity.PublicKey} {Environment.UserName}@{Environment.MachineName}";

    private static int Run()
    {
        string path = new ClientOptions { Host = new("", 0) }.IdentityFile;
        if (!File.Exists(path))
            throw new RemoteShellException($"there is no key yet: {path}") { Hint = "create one: rsh-client keygen" };
        using var identity = Identity.Load(path);
        StandardText.Output.WriteLine(Line(identity));
        return 0;
    }
}
