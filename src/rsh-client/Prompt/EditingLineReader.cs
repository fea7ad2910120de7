using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Prompt.Editing;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Reads typed lines at a prompt, with editing, history and completion.</summary>
internal sealed class EditingLineReader : ILineReader, IDisposable
{
    // Lines have no standard input: keys that are typed while one runs are for the next line.
    private readonly LocalTerminal _waiting = LocalTerminal.Enter(TerminalMode.Waiting);

    private readonly Func<string?, IReadOnlyList<StyledPart>> _prompt;
    private readonly History _history;
    private readonly LineEditor _editor;

    /// <summary>Prepares the terminal.</summary>
    /// <param name="prompt">The prompt, for a remote folder.</param>
    /// <param name="history">The earlier lines.</param>
    /// <param name="options">Completion, colours, and when a line is complete; null: none of them.</param>
    public EditingLineReader(Func<string?, IReadOnlyList<StyledPart>> prompt, History history, LineEditorOptions? options = null)
    {
        (_prompt, _history) = (prompt, history);
        EditorPalette palette = CommandSummary.UsesColour ? EditorPalette.Coloured : EditorPalette.Plain;
        options = (options ?? new()) with { Searched = () => history.SearchLines };
        _editor = new(options, history.Lines, StandardText.Error, palette);
    }

    /// <summary>Whether this terminal supports editing.</summary>
    public static bool IsSupported
        => LocalTerminal.IsThere && !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    // While a line is typed, Ctrl+C is a key and not a signal.
    public Action? Interrupt => () => { };

    public async ValueTask<string?> ReadAsync(string? folder, CancellationToken cancellationToken)
    {
        while (true)
        {
            EditedText edited;
            using (LocalTerminal.Enter(TerminalMode.Typing))
                edited = await _editor.ReadAsync(_prompt(folder), cancellationToken);
            switch (edited.End)
            {
                case LineEnd.Submitted:
                    _history.Add(edited.Text);
                    return edited.Text;
                case LineEnd.Left:
                    return null;
                case LineEnd.HungUp:
                    Interrupts.HangUp();
                    return null;
            }
        }
    }

    public void SetStatus(int status) => _history.SetStatus(status);

    /// <summary>Takes the keys that were typed after the last line, for the next reader of the terminal.</summary>
    public byte[] TakeTyped() => _editor.TakeTyped();

    /// <summary>Shows a message of this program; a line that is being typed stays as it is.</summary>
    public void Say(string text) => Show($"rsh-client: {UserMessages.Line(text)}");

    /// <summary>Shows a message of others, without this program's name.</summary>
    public void Show(string text)
    {
        if (!_editor.Interject(text))
            UserMessages.Announce(text);
    }

    /// <summary>Shows output of processes in the background above the line that is being typed; false if none is.</summary>
    public bool TryShow(LateRows late, string text) => _editor.ShowLate(late, text);

    /// <summary>Draws the line that is being typed again. From any thread.</summary>
    public void Refresh() => _editor.Refresh();

    public void Dispose()
    {
        _editor.Dispose();
        _waiting.Dispose();
    }
}
