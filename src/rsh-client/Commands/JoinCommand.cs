using System.CommandLine;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;
using RemoteShell.Keys;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client join</c>: uses an invitation. After it, both sides know each other's key.</summary>
internal static class JoinCommand
{
    private static readonly Argument<string> Line = new("HOST#INVITATION")
    {
        Description = "What 'rsh-server invite' has printed. HOST may be replaced by another name of the server.",
    };

    public static Command Create()
    {
        var command = new DocumentedCommand("join", "Use an invitation: the server learns this client's key, and the client the server's.")
        {
            Details =
            [
                "The server's key is compared with the one in the invitation, and stored in known_hosts. An invitation works once.",
            ],
            Examples = ["join server.example#bG9uZyB0ZXh0…", "join --identity ~/.ssh/id_ed25519 server.example#bG9uZyB0ZXh0…"],
        };
        command.Add(Line);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => ClientCommand.AnswerAsync(() => RunAsync(parsed)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        string line = parsed.GetValue(Line)!;
        int mark = line.LastIndexOf('#');
        if (mark <= 0)
            throw new FormatException($"'{line}' is not HOST#INVITATION: copy all of the line that 'rsh-server invite' has printed");
        string host = line[..mark];
        Invitation invitation = Invitation.Parse(line[(mark + 1)..]);
        using var interrupts = new Interrupts();
        ClientOptions options = HostOptions.OnOwnConnection(HostOptions.Options(parsed, host, UserMessages.Say));
        options = options with
        {
            Authorization = AuthorizationCheck.OnConnect,
            OtherKeys = null,
            Connection = options.Connection with { Invitation = invitation.Secret },
            Trust = options.Trust with
            {
                Fingerprint = invitation.Fingerprint,
                StoresFingerprint = true,
            },
        };
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.Cancelled);
        UserMessages.Say($"joined {host}; try: rsh-client run {host} uptime");
        return 0;
    }
}
