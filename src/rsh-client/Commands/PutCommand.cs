using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Fleet;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Transfers;
using RemoteShell.Cli.Start;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client put</c>: uploads files and folders.</summary>
internal static class PutCommand
{
    private const string StandardInput = "-";

    private const string InputDetails = "The end of standard input is the end of the file, also if the program before the pipe failed: " +
        "put cannot know that, but 'set -o pipefail' makes the shell tell.";

    private static readonly Argument<string[]> Paths = new("LOCAL and HOST:PATH")
    {
        HelpName = "LOCAL... HOST:PATH",
        Arity = new(2, ArgumentArity.OneOrMore.MaximumNumberOfValues),
    };

    /// <summary>Creates the subcommand.</summary>
    /// <param name="own">Reads a command line again for each host of a set.</param>
    /// <param name="words">The words of the command line.</param>
    public static Command Create(OwnCommands own, IReadOnlyList<string> words)
    {
        var command = new DocumentedCommand("put", "Upload files and folders.")
        {
            Operands =
            [
                ("LOCAL", "A local file or folder, or - for standard input, which is sent as it comes. A name with a colon is written " +
                    "./a:b."),
                ("HOST:PATH", "The remote target. A relative path starts in the home folder of the server's user, and HOST: is that " +
                    "folder."),
            ],
            Details = [.. TransferHelp.Details, InputDetails, TransferHelp.Sets],
            Examples =
            [
                "put notes.txt report.pdf server.example:docs/",
                "put -r site server.example:/srv             # into: makes /srv/site",
                "put -r -T site server.example:/srv/www      # onto: makes /srv/www",
                "put -r --delete site/. server.example:/srv/www",
                "put app.conf '@web:/etc/app/'",
            ],
        };
        command.Add(Paths);
        TransferFlags.AddTo(command);
        foreach (Option option in FleetOptions.OfTransfers)
            command.Add(option);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => ClientCommand.AnswerAsync(() => FleetPaths.SetOf(parsed, Paths) is { } set
            ? FleetCommand.StartAsync(new(words, own.Read(words)), set, FleetOutputs.Of(parsed))
            : RunAsync(parsed)));
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed)
    {
        if (FleetOptions.FirstGiven(parsed) is { } many)
            throw new FormatException($"{many} is for a set of hosts, such as web[1-3]:PATH");
        string[] words = parsed.GetValue(Paths)!, sources = words[..^1];
        if (!RemotePath.IsRemote(words[^1]))
            throw new FormatException($"'{words[^1]}' does not name a remote path; write HOST:PATH");
        (string host, string target) = RemotePath.Split(words[^1]);
        foreach (string source in sources)
            LocalSource.Check(source);
        TransferOptions options = TransferFlags.Options(parsed);
        if (!sources.Contains(StandardInput))
            return TransferRun.RunAsync(parsed, sources, run => SendAsync(run, host, sources, target, options));
        if (sources.Length > 1)
            throw new FormatException("- is standard input, and is put alone");
        if (StandardDescriptors.IsInputClosed)
        {
            throw new UsageException(
                "standard input is closed, so there is nothing to put",
                $"redirect it: rsh-client put - {words[^1]} < FILE; for an empty file: < /dev/null");
        }

        string name = Path.GetFileName(target);
        return name is "" or "." or ".." or "~"
            ? throw new FormatException("standard input has no name; name the remote file: HOST:PATH")
            : TransferRun.RunAsync(parsed, sources, run => SendInputAsync(run, host, target, options));
    }

    private static async Task<TransferResult> SendAsync(
        TransferRun run, string host, string[] sources, string target, TransferOptions options)
    {
        RemoteShellClient client = await run.ConnectAsync(host);
        await run.NameDigestsAsync(client, target, sources, options);
        run.NoteStopped(StoppedTransfer.Files);
        return await client.UploadAsync(sources, target, options, run.Progress, run.Stopped);
    }

    private static async Task<TransferResult> SendInputAsync(TransferRun run, string host, string target, TransferOptions options)
    {
        run.NoteStopped(StoppedTransfer.Input);
        RemoteShellClient client = await run.ConnectAsync(host);
        await run.NameDigestsAsync(client, target, [StandardInput], options with { OntoTarget = true });
        await using Stream input = StandardStreams.Input;
        return await client.UploadAsync(input, target, options, run.Progress, run.Stopped);
    }
}
