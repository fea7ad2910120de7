using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>What lasts from one line of a prompt to the next. It is kept here and sent along with each line, so that nothing of it is lost with a connection.</summary>
/// <param name="text">The encoding of what is written and read there; null for UTF-8.</param>
internal sealed class PromptState(RemoteText? text)
{
    private IReadOnlyDictionary<string, string>? _variables;
    private IReadOnlyList<string>? _unset;

    /// <summary>The encoding of what is written and read there; null for UTF-8.</summary>
    public RemoteText? Text => text;

    /// <summary>The remote folder; null while it is the home.</summary>
    public string? Folder { get; private set; }

    public RemoteCommand CommandFor(string line) => CommandFor(RemoteCommand.Line(line));

    /// <summary>The command in the folder and with the variables that the lines before left behind.</summary>
    public RemoteCommand CommandFor(RemoteCommand command)
        => command with { Encoding = text?.Name, WorkingDirectory = Folder, Environment = _variables, Unset = _unset };

    public void Take(CommandResult result)
    {
        if (result.Session is { } state)
            (Folder, _variables, _unset) = (state.WorkingDirectory, state.Environment, state.Unset);
        // The line before may have removed its own folder. Nothing runs in another one that was not asked for; the next line can.
        else if (result.Outcome == CommandOutcome.NeverStarted && Folder is not null)
            Folder = null;
    }
}
