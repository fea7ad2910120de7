using System.CommandLine;
using System.Globalization;
using System.Net;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Server.Options;
using RemoteShell.Keys;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server;
using RemoteShell.Server.Admin;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Invitations;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server invite</c>: prints a line with which a client is authorized, without a comparison of fingerprints.</summary>
internal static class InviteCommand
{
    private const int UsualPort = 7022;
    private const string UsualName = "invited";

    private static readonly TimeSpan UsualTime = TimeSpan.FromMinutes(10);

    private static readonly Argument<string[]> KeyOptions = new("OPTION")
    {
        Description = "Options in front of the client's key, as in authorized_keys: 'from=\"10.0.0.0/8\"' no-chat.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string> Name = new("--name")
    {
        Description = "The name of the client in authorized_keys [invited].",
        HelpName = "NAME",
    };

    private static readonly Option<TimeSpan?> Expires = DurationOption.Create(
        "--expires", "How long the invitation can be used [10m].", min: TimeSpan.FromSeconds(1));

    private static readonly Option<string> Host = new("--host")
    {
        Description = "How the client reaches this server [the host name, and the port of the running server].",
        HelpName = "HOST[:PORT]",
    };

    public static Command Create()
    {
        var command = new Command("invite", "Print a line with which a client joins: both sides learn each other's key.")
        {
            KeyOptions, Name, Expires, Host,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = new ServerOptions();
        string host = parsed.GetValue(Host) is { } given ? Checked(given) : await HostAsync(options, cancellationToken);
        TimeSpan time = parsed.GetValue(Expires) ?? UsualTime;
        using var identity = Identity.LoadOrCreate(options.HostKeyFile);
        var folder = new InvitationFolder(options.InvitationFolder, new AuthorizedKeys(options.AuthorizedKeysFile));
        Invitation invitation = Invite(folder, identity.PublicKey.Fingerprint, parsed, time);
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"It works once, until {DateTimeOffset.Now + time:HH:mm:ss}. Everyone who has the line can use it. At the client, run:"));
        Console.Out.WriteLine($"rsh-client join {host}#{invitation}");
        return 0;
    }

    private static Invitation Invite(InvitationFolder folder, string fingerprint, ParseResult parsed, TimeSpan time)
    {
        try
        {
            return folder.Add(fingerprint, parsed.GetValue(Name) ?? UsualName, string.Join(',', parsed.GetValue(KeyOptions) ?? []), time);
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message, "see: rsh-server invite --help");
        }
    }

    private static string Checked(string host)
    {
        HostAddress.Parse(host);
        return host;
    }

    private static async Task<string> HostAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        string name = Dns.GetHostName();
        int port = UsualPort;
        try
        {
            AdminReply answer = await AdminClient.AskAsync(options.StateFolder, new("status"), cancellationToken);
            if (answer.Status!.Addresses.Select(PortOf).FirstOrDefault(one => one is not null) is { } bound)
                port = bound;
        }
        catch (RemoteShellException)
        {
            // No server runs yet: the client comes later.
        }

        return port == UsualPort ? name : string.Create(CultureInfo.InvariantCulture, $"{name}:{port}");
    }

    private static int? PortOf(string address) => IPEndPoint.TryParse(address, out IPEndPoint? point) ? point.Port : null;
}
