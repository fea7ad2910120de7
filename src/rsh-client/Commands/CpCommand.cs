using System.CommandLine;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Transfers;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client cp</c>: copies files and folders between two servers.</summary>
internal static class CpCommand
{
    private static readonly Argument<string[]> Paths = new("HOST1:PATH and HOST2:PATH")
    {
        HelpName = "HOST1:PATH... HOST2:PATH",
        Arity = new(2, ArgumentArity.OneOrMore.MaximumNumberOfValues),
    };

    public static Command Create()
    {
        var command = new DocumentedCommand("cp", "Copy files and folders from one server to another.")
        {
            Operands =
            [
                ("HOST1:PATH", "A file, folder or pattern at the first server. All paths name one host."),
                ("HOST2:PATH", "The target at the second server."),
            ],
            Details =
            [
                "The data pass through this client as a stream. It needs no room on its disk, and the servers need not reach each other.",
                .. TransferHelp.Details,
            ],
            Examples =
            [
                "cp a.example:backup.tar b.example:",
                "cp -r a.example:/srv/site b.example:/srv          # into /srv",
                "cp -r -T a.example:/srv/site b.example:/srv/www   # onto www",
                "cp -r --delete a.example:/srv/site/. b.example:/srv/www",
            ],
        };
        command.Add(Paths);
        TransferFlags.AddTo(command);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => ClientCommand.AnswerAsync(() => RunAsync(parsed)));
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed)
    {
        string[] words = parsed.GetValue(Paths)!;
        if (words.FirstOrDefault(word => !RemotePath.IsRemote(word)) is { } local)
            throw new FormatException($"'{local}' does not name a remote path; put and get copy local files");
        (string from, IReadOnlyList<string> paths) = RemotePath.SplitAll(words[..^1]);
        (string to, string target) = RemotePath.Split(words[^1]);
        TransferOptions options = TransferFlags.Options(parsed);
        return TransferRun.RunAsync(parsed, paths, async run =>
        {
            RemoteShellClient source = await run.ConnectAsync(from), other = await run.ConnectAsync(to);
            await run.NameDigestsAsync(other, target, paths, options);
            run.NoteStopped(StoppedTransfer.Files);
            return await source.CopyToAsync(paths, other, target, options, run.Progress, run.Stopped);
        });
    }
}
