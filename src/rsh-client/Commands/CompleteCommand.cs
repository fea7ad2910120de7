using System.CommandLine;
using RemoteShell.Cli.Client.Completing;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client complete</c>, for the scripts of shells: prints what may stand at the cursor, one word in a line.</summary>
/// <remarks>For bash the line up to the cursor is given, for the others its words. Descriptions follow a tab, but not for bash.</remarks>
internal static class CompleteCommand
{
    private const string BashName = "bash";

    // A user waits for a completion no longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly Argument<string> Shell = new("SHELL");
    private static readonly Argument<string[]> Words = new("WORDS") { Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Creates the subcommand.</summary>
    /// <param name="root">Makes all commands of this program.</param>
    /// <param name="trailing">The names of commands whose words after HOST belong to a remote command.</param>
    public static Command Create(Func<RootCommand> root, IReadOnlyList<string> trailing)
    {
        var command = new Command("complete", "Print what may stand at the cursor of a command line.") { Shell, Words };
        command.Hidden = true;
        command.SetAction((parsed, _) => RunAsync(parsed, root(), trailing));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, RootCommand root, IReadOnlyList<string> trailing)
    {
        bool isBash = parsed.GetValue(Shell) == BashName;
        IReadOnlyList<string> words = parsed.GetValue(Words) ?? [];
        var line = BashLine.Read(isBash ? words.FirstOrDefault() ?? "" : "");
        string knownHosts = new ClientOptions { Host = new("", 0) }.KnownHostsFile;
        var hosts = new ConfiguredHosts([ClientConfiguration.UserFile, ClientConfiguration.MachineFile], knownHosts);
        var completion = new CommandCompletion(root, trailing, hosts, new(Patience));
        foreach (Candidate candidate in await completion.OfAsync(isBash ? [.. line.Words.Skip(1)] : words))
        {
            // A name with a line feed cannot be told to a shell.
            if (!candidate.Text.Any(char.IsControl))
                StandardText.Output.WriteLine(isBash ? line.Replacement(candidate.Text) : Described(candidate));
        }

        return 0;
    }

    private static string Described(Candidate candidate)
    {
        string[] lines = candidate.Description.Split('\n', 2);
        string shown = new([.. lines[0].Where(one => !char.IsControl(one))]);
        return shown.Length == 0 ? candidate.Text : $"{candidate.Text}\t{shown}";
    }
}
