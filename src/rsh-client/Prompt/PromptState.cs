using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>The folder and variables of a prompt. They are sent with each line, so that a lost connection does not lose them.</summary>
/// <param name="text">The encoding of the remote text; null for UTF-8.</param>
internal sealed class PromptState(RemoteText? text)
{
    private IReadOnlyDictionary<string, string>? _variables;
    private IReadOnlyList<string>? _unset;

    /// <summary>The encoding of the remote text; null for UTF-8.</summary>
    public RemoteText? Text => text;

    /// <summary>The remote folder; null for the user's home.</summary>
    public string? Folder { get; private set; }

    public RemoteCommand CommandFor(string line) => CommandFor(RemoteCommand.Line(line));

    /// <summary>The command, with the folder and variables that the lines before left.</summary>
    public RemoteCommand CommandFor(RemoteCommand command)
        => command with { Encoding = text?.Name, WorkingDirectory = Folder, Environment = _variables, Unset = _unset };

    /// <summary>Keeps the folder and variables that a line left.</summary>
    public void Take(CommandResult result)
    {
        if (result.Session is { } state)
            (Folder, _variables, _unset) = (state.WorkingDirectory, state.Environment, state.Unset);
        // The folder may be gone. This line does not run elsewhere, since the user did not ask for that; the next one runs in the home.
        else if (result.Outcome == CommandOutcome.NeverStarted && Folder is not null)
            Folder = null;
    }
}
