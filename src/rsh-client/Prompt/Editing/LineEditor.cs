using RemoteShell.Cli.Client.Output;

namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Reads a text that the user edits on the terminal.</summary>
internal sealed class LineEditor : IDisposable
{
    // How long a completion may take.
    private static readonly TimeSpan MaxCompletionTime = TimeSpan.FromMilliseconds(200);

    private readonly LineEditorOptions _options;
    private readonly IReadOnlyList<string> _history;
    private readonly EditorPalette _palette;
    private readonly EditorScreen _screen;
    private readonly TerminalInput _input = new();
    private readonly KeyDecoder _keys = new();
    private readonly KillRing _kills = new();

    /// <param name="options">What is asked about the text.</param>
    /// <param name="history">The earlier texts, the oldest first. It may grow between two reads.</param>
    /// <param name="output">The terminal.</param>
    /// <param name="palette">The colours.</param>
    public LineEditor(LineEditorOptions options, IReadOnlyList<string> history, TextWriter output, EditorPalette palette)
        => (_options, _history, _palette, _screen) = (options, history, palette, new(output, palette));

    /// <summary>Reads a text. The terminal must be in <see cref="Terminals.TerminalMode.Typing"/>.</summary>
    /// <param name="prompt">The prompt; without control characters.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <remarks>A thread of its own waits for the terminal.</remarks>
    public Task<EditedText> ReadAsync(IReadOnlyList<StyledPart> prompt, CancellationToken cancellationToken)
        => Task.Factory.StartNew(
            () => Read(prompt, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Shows a message above the text; false if no text is edited.</summary>
    public bool Interject(string message) => _screen.Interject(message);

    /// <summary>Shows more of the output of processes in the background above the text; false if no text is edited.</summary>
    public bool ShowLate(LateRows late, string text) => _screen.ShowLate(late, text);

    /// <summary>Draws the text again, such as with other colours. From any thread.</summary>
    public void Refresh() => _input.Wake();

    /// <summary>Takes the bytes that were typed behind the last text, for the next reader of the terminal.</summary>
    public byte[] TakeTyped() => _keys.TakeRest();

    public void Dispose()
    {
        _screen.Dispose();
        _input.Dispose();
    }

    private EditedText Read(IReadOnlyList<StyledPart> prompt, CancellationToken cancellationToken)
    {
        var state = new EditorState(_history, _kills) { Suggests = _palette.ShowsSuggestions, Searched = _options.Searched };
        var bytes = new byte[16 * 1024];
        _screen.Begin(ViewOf(prompt, state));
        try
        {
            return Read(prompt, state, bytes, cancellationToken);
        }
        finally
        {
            // After a cancellation.
            _screen.Suspend();
        }
    }

    private EditedText Read(IReadOnlyList<StyledPart> prompt, EditorState state, byte[] bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            while (_keys.TryRead(out EditorKey key))
            {
                state.Columns = Terminals.LocalTerminal.Describe().Columns;
                if (Handle(state.Apply(key), prompt, state, cancellationToken) is { } end)
                    return new(end, state.Buffer.Text);
            }

            // Once for all keys that came together.
            _screen.Show(ViewOf(prompt, state));
            int? count = _input.Read(bytes, _keys.Patience, cancellationToken);
            if (_input.HasEnded)
                return new(LineEnd.HungUp, "");
            if (count > 0)
                _keys.Append(bytes.AsSpan(0, count.Value));
            else if (count == 0)
                _keys.GiveUp();
        }
    }

    // How the text has ended; null if it goes on.
    private LineEnd? Handle(
        EditorOutcome outcome, IReadOnlyList<StyledPart> prompt, EditorState state, CancellationToken cancellationToken)
    {
        switch (outcome)
        {
            case EditorOutcome.Bell:
                _screen.Ring();
                return null;
            case EditorOutcome.Submit:
                return Submit(prompt, state, cancellationToken);
            case EditorOutcome.Drop:
                return Finish(LineEnd.Dropped, prompt, state, "^C");
            case EditorOutcome.Leave:
                return Finish(LineEnd.Left, prompt, state, "");
            case EditorOutcome.Complete:
                _screen.Show(ViewOf(prompt, state));
                if (state.Complete(Completions(state.Buffer, cancellationToken)) == EditorOutcome.Bell)
                    _screen.Ring();
                return null;
            case EditorOutcome.ClearScreen:
                _screen.ClearAll();
                return null;
            case EditorOutcome.OpenEditor:
                OpenEditor(prompt, state);
                return null;
            default:
                return null;
        }
    }

    private LineEnd Finish(LineEnd end, IReadOnlyList<StyledPart> prompt, EditorState state, string mark)
    {
        string text = state.Buffer.Text + mark;
        _screen.End(new(prompt, text, text.Length) { Spans = SpansOf(state.Buffer.Text) });
        return end;
    }

    private LineEnd? Submit(IReadOnlyList<StyledPart> prompt, EditorState state, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<bool> asking = _options.Completeness.IsCompleteAsync(state.Buffer.Text, stop.Token).AsTask();
        if (!asking.IsCompleted)
            _screen.Show(ViewOf(prompt, state));
        if (!WaitFor(asking, cancellationToken))
        {
            stop.Cancel();
            return Finish(LineEnd.Dropped, prompt, state, "^C");
        }

        if (asking.GetAwaiter().GetResult())
            return Finish(LineEnd.Submitted, prompt, state, "");
        state.StartRow();
        return null;
    }

    // False if the user presses Ctrl+C, or the terminal is gone. Other keys wait for the answer.
    private bool WaitFor(Task asking, CancellationToken cancellationToken)
    {
        const byte controlC = 3;
        var bytes = new byte[4096];
        if (!asking.IsCompleted)
            _ = asking.ContinueWith(_ => _input.Wake(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        while (!asking.IsCompleted)
        {
            int count = _input.Read(bytes, timeout: null, cancellationToken) ?? 0;
            if (_input.HasEnded)
                return false;
            ReadOnlySpan<byte> typed = bytes.AsSpan(0, count);
            int drop = typed.LastIndexOf(controlC);
            if (drop >= 0)
                _ = _keys.TakeRest();
            _keys.Append(typed[(drop + 1)..]);
            if (drop >= 0)
                return false;
        }

        return true;
    }

    private CompletionList Completions(EditBuffer buffer, CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(MaxCompletionTime);
        Task<CompletionList> completing = _options.Completion.CompleteAsync(buffer.Text, buffer.Cursor, time.Token).AsTask();
        Task.WaitAny([completing], (int)MaxCompletionTime.TotalMilliseconds, cancellationToken);
        return completing.IsCompletedSuccessfully ? completing.Result : CompletionList.Empty;
    }

    private void OpenEditor(IReadOnlyList<StyledPart> prompt, EditorState state)
    {
        _screen.Suspend();
        using IDisposable? lent = _options.LendInterrupts?.Invoke();
        if (ExternalEditor.Edit(state.Buffer.Text) is { } text)
            state.Take(text);
        _screen.Begin(ViewOf(prompt, state));
    }

    private EditorView ViewOf(IReadOnlyList<StyledPart> prompt, EditorState state)
    {
        if (state.Search is not { } search)
        {
            return new(prompt, state.Buffer.Text, state.Buffer.Cursor)
            {
                Spans = SpansOf(state.Buffer.Text),
                Suggestion = state.Suggestion,
                Menu = state.Menu,
            };
        }

        bool isFailed = search.Match is null && search.Query.Length > 0;
        string query = UserMessages.OneLine(search.Query), text = state.ShownText;
        return new([new(isFailed ? $"no match for '{query}': " : $"search '{query}': ", CellStyle.Host)], text, Math.Max(0, search.First()))
        {
            Spans = [.. SpansOf(text), .. search.Highlights()],
        };
    }

    private StyledSpan[] SpansOf(string text)
        => [.. _options.Colours.Colour(text).Select(span => new StyledSpan(span.Start, span.Length, span.Style))];
}
