using RadLine;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using Spectre.Console;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Reads typed lines at a prompt, with editing, history and completion.</summary>
internal sealed class EditingLineReader : ILineReader, IDisposable
{
    // Lines have no standard input: keys that are typed while one runs are for the next line.
    private readonly LocalTerminal _waiting = LocalTerminal.Enter(TerminalMode.Waiting);

    private readonly Func<string?, string> _prompt;
    private readonly History _history;
    private readonly WidthAwareWriter _output = new(StandardText.Error);
    private readonly IAnsiConsole _console;
    private readonly RawKeyReader _keys = new();
    private readonly ITextCompletion? _completion;
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private bool _isReading;
    private string? _folder;

    /// <summary>Prepares the terminal.</summary>
    /// <param name="prompt">The prompt as markup, for a remote folder.</param>
    /// <param name="history">The earlier lines.</param>
    /// <param name="completion">Creates the completion, given a function for the remote folder; null: no completion.</param>
    public EditingLineReader(Func<string?, string> prompt, History history, Func<Func<string?>, ITextCompletion>? completion = null)
    {
        (_prompt, _history) = (prompt, history);
        _completion = completion?.Invoke(() => _folder);
        _console = AnsiConsole.Create(new()
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = CommandSummary.UsesColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = _output,
        });
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
            var ending = LineEnd.Submitted;
            _keys.BeginLine();
            lock (_gate)
                (_isReading, _folder) = (true, folder);
            string? line;
            using (LocalTerminal.Enter(TerminalMode.Typing))
                line = await Editor(folder, end => ending = end).ReadLine(cancellationToken);
            lock (_gate)
                _isReading = false;
            cancellationToken.ThrowIfCancellationRequested();
            if (line is null && (ending == LineEnd.Left || _keys.HasEnded))
                return null;
            if (line is null)
                continue;
            _history.Add(line);
            return line;
        }
    }

    /// <summary>Takes the keys that were typed after the last line, for the next reader of the terminal.</summary>
    public byte[] TakeTyped() => _keys.TakeTyped();

    /// <summary>Shows a message of this program; a line that is being typed stays as it is.</summary>
    public void Say(string text) => Show($"rsh-client: {UserMessages.Line(text)}");

    /// <summary>Shows a message of others, without this program's name.</summary>
    public void Show(string text)
    {
        lock (_gate)
        {
            if (_isReading)
                _output.Interject(UserMessages.Printable(text));
            else
                UserMessages.Announce(text);
        }
    }

    /// <summary>Shows a text above the line that is being typed; false if none is.</summary>
    public bool TryShow(string text)
    {
        lock (_gate)
        {
            if (_isReading)
                _output.Interject(UserMessages.Printable(text));
            return _isReading;
        }
    }

    public void Dispose() => _waiting.Dispose();

    private LineEditor Editor(string? folder, Action<LineEnd> ended)
    {
        var editor = new LineEditor(_console, _keys) { Prompt = new LineEditorPrompt(_prompt(folder)), Completion = _completion };
        foreach (string line in _history.Lines)
            editor.History.Add(line);
        EditingKeys.AddTo(editor.KeyBindings, _history, ended);
        return editor;
    }
}
