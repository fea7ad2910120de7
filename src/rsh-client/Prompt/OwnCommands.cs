namespace RemoteShell.Cli.Client.Prompt;

/// <summary>The subcommands of this program, for the words of a prompt such as <c>:put</c>.</summary>
/// <param name="RunAsync">Runs a command line of this program, and returns its exit status.</param>
/// <param name="Operands">The positions of the words of a command line that are neither options nor their values.</param>
internal sealed record OwnCommands(
    Func<IReadOnlyList<string>, Task<int>> RunAsync, Func<IReadOnlyList<string>, IReadOnlyList<int>> Operands);
