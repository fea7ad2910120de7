using System.CommandLine;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;
using RemoteShell.Files.Names;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client file</c>: lists, removes, renames and makes files and folders at the server.</summary>
internal static class FileCommand
{
    private static readonly Argument<string> Target = new("HOST:PATH")
    {
        Description = "The remote path. A relative one starts in the home folder of the server's user, and HOST: is that folder.",
    };

    private static readonly Argument<string> NewPath = new("HOST:NEW") { Description = "The new path at the same host, or a folder." };
    private static readonly Option<bool> Recursive = new("--recursive", "-r") { Description = "Also remove what is in a folder." };
    private static readonly Option<bool> Below = new("--recursive", "-R") { Description = "Also list what is in folders." };
    private static readonly Option<bool> Parents = new("--parents", "-p")
    {
        Description = "Make the folders above too. The folder may exist already.",
    };

    private static readonly Option<bool> Long = new("-l") { Hidden = true };

    public static Command Create() => new DocumentedCommand("file", "List, remove, rename and make files and folders at the server.")
    {
        Subcommands =
        {
            CommandOf("ls", "List a folder: mode, owner, group, size, time and name.", ListAsync, Below, Long),
            CommandOf("rm", "Remove a file, a link or an empty folder.", RemoveAsync, Recursive),
            MoveCommand(),
            CommandOf("mkdir", "Make a folder.", MakeFolderAsync, Parents),
            CommandOf("stat", "Show what is at a path; of a link, the link itself.", StatAsync),
        },
    };

    private static DocumentedCommand MoveCommand()
    {
        var command = new DocumentedCommand("mv", "Rename a file or folder, or move it into a folder.")
        {
            Details = ["Both paths name the same host. A file at the new path is replaced."],
            Examples = ["file mv server.example:draft.txt server.example:final.txt"],
        };
        command.Add(Target);
        command.Add(NewPath);
        return Complete(command, MoveAsync);
    }

    private static DocumentedCommand CommandOf(
        string name, string summary, Func<ParseResult, RemoteShellClient, Interrupts, Task> run, params Option[] options)
    {
        var command = new DocumentedCommand(name, summary) { Examples = [$"file {name} server.example:docs"] };
        command.Add(Target);
        foreach (Option option in options)
            command.Add(option);
        return Complete(command, run);
    }

    private static DocumentedCommand Complete(DocumentedCommand command, Func<ParseResult, RemoteShellClient, Interrupts, Task> run)
    {
        command.Add(JobOptions.Json);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => ClientCommand.AnswerAsync(async () =>
        {
            ClientOptions options = HostOptions.Options(parsed, PathOf(parsed, Target).Host, UserMessages.Say);
            return await ClientCommand.RunAsync(options, async (client, interrupts) =>
            {
                await run(parsed, client, interrupts);
                return 0;
            });
        }));
        return command;
    }

    private static (string Host, string Path) PathOf(ParseResult parsed, Argument<string> argument)
        => RemotePath.Split(parsed.GetValue(argument)!);

    private static async Task ListAsync(ParseResult parsed, RemoteShellClient client, Interrupts interrupts)
        => Show(parsed, await client.ListAsync(PathOf(parsed, Target).Path, parsed.GetValue(Below), interrupts.Cancelled));

    private static async Task StatAsync(ParseResult parsed, RemoteShellClient client, Interrupts interrupts)
        => Show(parsed, [await client.StatAsync(PathOf(parsed, Target).Path, interrupts.Cancelled)]);

    private static async Task RemoveAsync(ParseResult parsed, RemoteShellClient client, Interrupts interrupts)
    {
        string path = PathOf(parsed, Target).Path;
        await client.DeleteAsync(path, parsed.GetValue(Recursive), interrupts.Cancelled);
        Confirm(parsed, path, "removed");
    }

    private static async Task MakeFolderAsync(ParseResult parsed, RemoteShellClient client, Interrupts interrupts)
    {
        string path = PathOf(parsed, Target).Path;
        await client.MakeDirectoryAsync(path, parsed.GetValue(Parents), interrupts.Cancelled);
        Confirm(parsed, path, "made");
    }

    private static async Task MoveAsync(ParseResult parsed, RemoteShellClient client, Interrupts interrupts)
    {
        IReadOnlyList<string> paths = RemotePath.SplitAll([parsed.GetValue(Target)!, parsed.GetValue(NewPath)!]).Paths;
        await client.RenameAsync(paths[0], paths[1], interrupts.Cancelled);
        Confirm(parsed, paths[0], "renamed");
    }

    private static void Show(ParseResult parsed, IReadOnlyList<RemoteEntry> entries)
    {
        if (parsed.GetValue(JobOptions.Json))
            EntriesReport.WriteJson(entries, StandardStreams.Output);
        else
            EntriesReport.WriteLines(entries, StandardText.Output);
    }

    private static void Confirm(ParseResult parsed, string path, string done)
    {
        if (parsed.GetValue(JobOptions.Json))
            EntriesReport.WriteDone(EscapedBytes.Of(RawWords.ToBytes(path)), done, StandardStreams.Output);
    }
}
