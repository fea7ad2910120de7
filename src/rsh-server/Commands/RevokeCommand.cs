using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Server;
using RemoteShell.Server.Admin;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server revoke</c>: removes a key from the file of authorized keys.</summary>
internal static class RevokeCommand
{
    private static readonly Argument<string> Key = new Argument<string>("KEY")
    {
        Description = "The fingerprint of the key, the text behind it if no other key has the same, or the key.",
    }.NotEmpty();

    private static readonly Option<bool> AddToRevoked = new("--add-to-revoked-list")
    {
        Description = "Add the key to the file of --revoked-keys too, so that neither a certificate nor another line admits it.",
    };

    public static Command Create()
    {
        var command = new Command(
            "revoke",
            "Remove a key from authorized_keys. The running server ends its connections, and its jobs as --on-revoke says.")
        {
            Key, AddToRevoked,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        (ServerOptions options, ServerStatus? status) = await RunningOptions.ReadAsync(cancellationToken);
        RemovedKey revoked = new KeyAdministration(options).Revoke(parsed.GetValue(Key)!, parsed.GetValue(AddToRevoked), status);
        foreach (ListedKey line in revoked.Removed)
            Console.Out.WriteLine($"removed: {KeysCommand.LineOf(line)}");
        if (revoked.IsRevoked)
            Console.Out.WriteLine($"{(revoked.IsAddedToRevoked ? "added to" : "is in")} {options.RevokedKeysFile}: {revoked.Key}");
        if (status is not null)
            SayWhatEnds(revoked, status);
        if (!revoked.IsRevoked)
            WarnOfOtherWays(revoked, options);
        return 0;
    }

    private static void SayWhatEnds(RemovedKey revoked, ServerStatus status)
    {
        foreach (ConnectionStatus one in status.Connections.Where(one => one.Key == revoked.Key))
            Console.Out.WriteLine($"ends: connection #{one.Id} from {one.From}");
        string fate = status.OnRevoke == "keep" ? "runs on, since --on-revoke is keep" : "ends";
        foreach (JobStatus job in status.Jobs.Where(job => job.Key == revoked.Key))
            Console.Out.WriteLine($"{fate}: job {job.Job}: {job.Command}");
    }

    private static void WarnOfOtherWays(RemovedKey revoked, ServerOptions options)
    {
        foreach (ListedKey authority in revoked.Authorities)
        {
            Console.Error.WriteLine(
                $"rsh-server: a certificate of {authority.Key} ({authority.File}:{authority.Line}) may still admit this key");
        }

        if (revoked.Authorities.Count > 0)
        {
            Console.Error.WriteLine(options.RevokedKeysFile is null
                ? "to keep it out, start the server with --revoked-keys FILE, and revoke it with --add-to-revoked-list"
                : $"to keep it out, run: rsh-server revoke --add-to-revoked-list {revoked.Key}");
        }
    }
}
