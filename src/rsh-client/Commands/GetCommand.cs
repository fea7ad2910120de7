using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Failures;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client get</c>: downloads a file.</summary>
internal static class GetCommand
{
    private static readonly Argument<string> Source = new("HOST:PATH")
    {
        Description = "The remote file. A relative path starts in the home directory of the server's user.",
    };

    private static readonly Argument<string> Target = new Argument<string>("LOCAL")
    {
        Description = "A local file or folder, or - for standard output [the remote file's name, in the current local folder].",
        Arity = ArgumentArity.ZeroOrOne,
    }.NotEmpty();

    private static readonly Option<string> Digest = new Option<string>("--digest")
    {
        Description = "The algorithm of the whole file's digest [crc32c]. Each chunk has a CRC-32C as well.",
        HelpName = "crc32c|sha256",
        DefaultValueFactory = _ => "crc32c",
    }.OneOf("crc32c", "sha256");

    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Print only errors." };

    public static Command Create()
    {
        var command = new DocumentedCommand("get", "Download a file.")
        {
            Details =
            [
                "Keeps mode and modification time. Replaces the local file atomically when the download is complete and verified.",
                "For a folder: rsh-client run HOST tar cf - FOLDER | tar xf -",
            ],
            Examples = ["get server.example:/var/log/syslog", "get server.example:notes.txt - | wc -l"],
        };
        command.Add(Source);
        command.Add(Target);
        command.Add(Digest);
        command.Add(Quiet);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => ClientCommand.AnswerAsync(() => RunAsync(parsed)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        (string host, string path) = RemotePath.Split(parsed.GetValue(Source)!);
        bool quiet = parsed.GetValue(Quiet);
        ClientOptions options = HostOptions.Options(parsed, host, quiet ? _ => { } : UserMessages.Say);
        options = options with { FileDigest = JsonWords.Digest(parsed.GetValue(Digest)!) };
        string local = LocalName(path, parsed.GetValue(Target));

        using var interrupts = new Interrupts();
        try
        {
            return await FetchAsync(options, path, local, quiet, interrupts);
        }
        catch (RequestRefusedException e)
        {
            // Also if the path is that of a folder: the command line is right.
            return UserMessages.Fail(ExitStatus.Failed, e.Message, e.Hint);
        }
        catch (RemoteShellException e)
            when (e.GetType() == typeof(RemoteShellException) && e.InnerException is { } cause && FileFailure.Is(cause))
        {
            // The message of the cause names the temporary file beside the local one.
            return UserMessages.Fail(ExitStatus.Failed, $"cannot write {local}: {FileFailure.ReasonOf(cause)}", e.Hint);
        }
        catch (Exception e) when (local != "-" && FileFailure.Is(e))
        {
            return UserMessages.Fail(ExitStatus.Failed, FileFailure.Describe(e), FileFailure.HintOf(e));
        }
    }

    private static async Task<int> FetchAsync(ClientOptions options, string path, string local, bool quiet, Interrupts interrupts)
    {
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.Cancelled);
        if (local == "-")
        {
            await client.GetAsync(path, _ => StandardStreams.Output, interrupts.Cancelled);
            return 0;
        }

        using var progress = quiet ? null : ProgressLine.Create(path);
        await client.GetFileAsync(path, local, progress, interrupts.Cancelled);
        return 0;
    }

    private static string LocalName(string path, string? target)
    {
        string name = Path.GetFileName(path);
        if (target is null)
        {
            if (name is "" or "." or ".." or "~")
                throw new FormatException($"'{path}' does not end with a file name; name the local file as well");
            return name;
        }

        return target != "-" && Directory.Exists(target) ? Path.Combine(target, name) : target;
    }
}
