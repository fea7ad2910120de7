using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Completing;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Streams;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client completion</c>: prints the script that completes command lines in a shell.</summary>
internal static class CompletionCommand
{
    private static readonly Argument<string> Shell = new("SHELL")
    {
        Description = "bash, zsh or fish.",
        CompletionSources = { CompletionScripts.Shells.ToArray() },
    };

    public static Command Create()
    {
        var command = new DocumentedCommand("completion", "Print a script that completes command lines in a shell.")
        {
            Details =
            [
                "It completes commands, options and their values, hosts of the configuration and of known_hosts, jobs of a host, and " +
                "local and remote paths. The server is asked for at most 2 seconds. install.sh installs the scripts.",
            ],
            Examples = ["completion bash > ~/.local/share/bash-completion/completions/rsh-client", "completion fish | source"],
        };
        command.Add(Shell);
        command.SetAction((parsed, _) => Task.FromResult(Run(parsed.GetValue(Shell)!)));
        return command;
    }

    private static int Run(string shell)
    {
        if (!CompletionScripts.Shells.Contains(shell))
        {
            string known = string.Join(", ", CompletionScripts.Shells);
            throw new UsageException($"there is no completion for '{shell}'", $"SHELL is one of {known}");
        }

        StandardText.Output.Write(CompletionScripts.For(shell));
        return 0;
    }
}
