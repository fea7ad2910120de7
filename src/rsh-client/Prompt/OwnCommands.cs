using RemoteShell.Cli.Arguments;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>The subcommands of this program, for the words of a prompt such as <c>:put</c>.</summary>
/// <param name="RunAsync">Runs a command line of this program, and returns its exit status.</param>
/// <param name="Read">Returns what reads a command line of these words.</param>
internal sealed record OwnCommands(Func<IReadOnlyList<string>, Task<int>> RunAsync, Func<IReadOnlyList<string>, CommandLine> Read)
{
    /// <summary>The positions of the words of a command line that are neither options nor their values.</summary>
    public IReadOnlyList<int> Operands(IReadOnlyList<string> words) => Read(words).Operands(words);
}
