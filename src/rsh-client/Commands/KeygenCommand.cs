using System.CommandLine;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client keygen</c>: creates this client's key.</summary>
internal static class KeygenCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("keygen", "Create this client's key, and print the public key.");
        command.SetAction((_, _) => ClientCommand.AnswerAsync(() => Task.FromResult(Run())));
        return command;
    }

    private static int Run()
    {
        string path = new ClientOptions { Host = new("", 0) }.IdentityFile;
        if (File.Exists(path))
        {
            throw new RemoteShellException($"the key file exists already: {path}")
            {
                Hint = "print its public key: rsh-client pubkey; to create another key, move the file away first",
            };
        }

        using var identity = Identity.Create(path);
        UserMessages.Say($"created {path}, {identity.PublicKey.Fingerprint}");
        StandardText.Output.WriteLine(PubkeyCommand.Line(identity));
        return 0;
    }
}
