using System.CommandLine;
using System.Diagnostics;
using System.Text;
using RemoteShell.Cli.Client.Fleet;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Transfers;
using RemoteShell.Client;
using RemoteShell.Files.Names;
using RemoteShell.Files.Transfers;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client get</c>: downloads files and folders.</summary>
internal static class GetCommand
{
    private const string StandardOutput = "-";

    private const string OutputDetails = "With - the content goes to standard output, and what --json, -v, --digest sha256 and -n print " +
        "goes to standard error. Of the options for files only --bwlimit has an effect then.";

    private static readonly Argument<string[]> Paths = new("HOST:PATH")
    {
        HelpName = "HOST:PATH... [LOCAL]",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Creates the subcommand.</summary>
    /// <param name="own">Reads a command line again for each host of a set.</param>
    /// <param name="words">The words of the command line.</param>
    public static Command Create(OwnCommands own, IReadOnlyList<string> words)
    {
        var command = new DocumentedCommand("get", "Download files and folders.")
        {
            Operands =
            [
                ("HOST:PATH", "A remote file, folder or pattern such as '*.log'. A relative path starts in the home folder of the " +
                    "server's user, and HOST: is that folder. All paths name one host."),
                ("LOCAL", "The local target [the current folder], or - for standard output, which takes one file. A name with a colon " +
                    "is written ./a:b."),
            ],
            Details =
            [
                .. TransferHelp.Details, OutputDetails, $"{TransferHelp.Sets} The files of each host go into a folder with its name.",
            ],
            Examples =
            [
                "get server.example:'/var/log/*.gz' logs/",
                "get -r server.example:site backup      # into backup if it exists",
                "get -r -T server.example:site backup   # onto backup",
                "get server.example:notes.txt - | wc -l",
                "get 'web[1-9]:app.conf' all/          # all/web1/app.conf and so on",
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
        string[] words = parsed.GetValue(Paths)!, sources = words;
        string target = RemotePath.Home;
        if (words.Length > 1 && !RemotePath.IsRemote(words[^1]))
            (sources, target) = (words[..^1], words[^1]);
        if (target.Length == 0)
            throw new FormatException("LOCAL is empty; write the name of a file or folder");
        (string host, IReadOnlyList<string> paths) = RemotePath.SplitAll(sources);
        TransferOptions options = TransferFlags.Options(parsed);
        if (target != StandardOutput)
            return TransferRun.RunAsync(parsed, paths, run => ReceiveAsync(run, host, paths, target, options));
        if (sources.FirstOrDefault(RawWords.IsRaw) is { } raw)
            throw RawWords.Refusal(raw, "give the name of a local file instead of -");
        return paths.Count == 1 && !options.Recursive
            ? PrintAsync(parsed, host, paths[0], options)
            : throw new FormatException("- is standard output, and takes one file");
    }

    private static async Task<TransferResult> ReceiveAsync(
        TransferRun run, string host, IReadOnlyList<string> paths, string target, TransferOptions options)
    {
        RemoteShellClient client = await run.ConnectAsync(host);
        run.NameDigests(target, paths, options);
        run.NoteStopped(StoppedTransfer.Files);
        return await client.DownloadAsync(paths, target, options, run.Progress, run.Stopped);
    }

    private static Task<int> PrintAsync(ParseResult parsed, string host, string path, TransferOptions options)
    {
        TransferOutput output = TransferFlags.Output(parsed) with { PrintsContent = true };
        return TransferRun.RunAsync(parsed, [path], output, run => PrintAsync(run, host, path, options));
    }

    private static async Task<TransferResult> PrintAsync(TransferRun run, string host, string path, TransferOptions options)
    {
        run.NoteStopped(StoppedTransfer.Output);
        RemoteShellClient client = await run.ConnectAsync(host, options.Digest);
        long start = Stopwatch.GetTimestamp();
        RemoteFile file = options.DryRun
            ? await LookAsync(client, path, run.Stopped)
            : await client.GetAsync(path, _ => OutputOf(options), run.Stopped);
        var item = new TransferItem
        {
            Path = EscapedBytes.Of(Encoding.UTF8.GetBytes(path)),
            Outcome = options.DryRun ? TransferOutcome.WouldTransfer : TransferOutcome.Transferred,
            Size = file.Size,
            Digest = options.DryRun ? null : file.Digest,
        };
        run.Progress.Report(new() { Done = 1, Found = 1, Bytes = file.Size, FoundBytes = file.Size, IsTotalKnown = true, Finished = item });
        return new() { Transferred = 1, Bytes = file.Size, Duration = Stopwatch.GetElapsedTime(start) };
    }

    private static Stream OutputOf(TransferOptions options)
        => options.MaxRate == 0 ? StandardStreams.Output : new SlowStream(StandardStreams.Output, options.MaxRate);

    // The server opens the file, as it would to send it, and the client leaves before the content.
    private static async Task<RemoteFile> LookAsync(RemoteShellClient client, string path, CancellationToken cancellationToken)
    {
        using var seen = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        RemoteFile? opened = null;
        try
        {
            return await client.GetAsync(path, Open, seen.Token);
        }
        catch (OperationCanceledException) when (opened is not null && !cancellationToken.IsCancellationRequested)
        {
            return opened;
        }

        Stream Open(RemoteFile file)
        {
            opened = file;
            seen.Cancel();
            return Stream.Null;
        }
    }
}
