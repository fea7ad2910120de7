using System.CommandLine;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Transfers;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client get</c>: downloads files and folders.</summary>
internal static class GetCommand
{
    private const string StandardOutput = "-";

    private static readonly Argument<string[]> Paths = new("HOST:PATH")
    {
        HelpName = "HOST:PATH... [LOCAL]",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create()
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
            Details = TransferHelp.Details,
            Examples =
            [
                "get server.example:'/var/log/*.gz' logs/",
                "get -r server.example:site backup      # into backup if it exists",
                "get -r -T server.example:site backup   # onto backup",
                "get server.example:notes.txt - | wc -l",
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
        string[] words = parsed.GetValue(Paths)!, sources = words;
        string target = RemotePath.Home;
        if (words.Length > 1 && !RemotePath.IsRemote(words[^1]))
            (sources, target) = (words[..^1], words[^1]);
        if (target.Length == 0)
            throw new FormatException("LOCAL is empty; write the name of a file or folder");
        (string host, IReadOnlyList<string> paths) = RemotePath.SplitAll(sources);
        TransferOptions options = TransferFlags.Options(parsed);
        if (target != StandardOutput)
            return TransferRun.RunAsync(parsed, run => ReceiveAsync(run, host, paths, target, options));
        return paths.Count == 1 && !options.Recursive
            ? PrintAsync(parsed, host, paths[0], options)
            : throw new FormatException("- is standard output, and takes one file");
    }

    private static async Task<TransferResult> ReceiveAsync(
        TransferRun run, string host, IReadOnlyList<string> paths, string target, TransferOptions options)
    {
        RemoteShellClient client = await run.ConnectAsync(host);
        run.NameDigests(target, paths, options);
        return await client.DownloadAsync(paths, target, options, run.Progress, run.Stopped);
    }

    private static async Task<int> PrintAsync(ParseResult parsed, string host, string path, TransferOptions options)
    {
        Action<string> noticed = TransferFlags.Output(parsed).IsQuiet ? _ => { } : UserMessages.Say;
        ClientOptions connection = HostOptions.Options(parsed, host, noticed) with { FileDigest = options.Digest };
        using var interrupts = new Interrupts();
        try
        {
            await using RemoteShellClient client = await HostOptions.ConnectAsync(connection, interrupts.Cancelled);
            await client.GetAsync(path, _ => StandardStreams.Output, interrupts.Cancelled);
            return 0;
        }
        catch (RequestRefusedException e)
        {
            // Also if the path is that of a folder: the command line is right.
            return UserMessages.Fail(ExitStatus.Failed, e.Message, e.Hint);
        }
    }
}
