using System.CommandLine;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client keygen</c>: makes this client's key.</summary>
internal static class KeygenCommand
{
    public static Command Create()
    {
        var command = new Command("keygen", "Make this client's key, and print its public half.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        string path = new ClientOptions { Host = new("", 0) }.IdentityFile;
        if (File.Exists(path))
            throw new RemoteShellException($"there is a key already: {path}") { Hint = "print it with 'rsh-client pubkey', or move the file away to make another" };
        using var identity = Identity.Create(path);
        UserMessages.Say($"made {path}, {identity.PublicKey.Fingerprint}");
        Console.Out.WriteLine(PubkeyCommand.Line(identity));
        return 0;
    }
}
