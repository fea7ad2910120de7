using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Prompt.Editing;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Reads typed commands at a prompt; the terminal itself edits each row.</summary>
/// <param name="prompt">The prompt, for a remote folder.</param>
/// <param name="completeness">Tells whether more rows belong to a command.</param>
internal sealed class PlainLineReader(Func<string?, string> prompt, ICompleteness completeness) : ILineReader
{
    private const string Continuation = "> ";

    // Not Console.In: after Ctrl+C the terminal drops the typed part of a line, but the framework's reader keeps it.
    private readonly TextReader _reader = OperatingSystem.IsWindows()
        ? Console.In
        : new StreamReader(StandardStreams.Input);

    private string _prompt = "";

    // Ctrl+C has dropped the rows so far, and shown the prompt again.
    private volatile bool _isDropped;

    public Action Interrupt => Drop;

    Action? ILineReader.Interrupt => Interrupt;

    public string AfterPartRow => LocalTerminal.ShowsOutput ? "\n" : "";

    public async ValueTask<string?> ReadAsync(string? folder, CancellationToken cancellationToken)
    {
        _prompt = prompt(folder);
        _isDropped = false;
        StandardText.Error.Write(_prompt);
        string? text = null;
        while (true)
        {
            // A pool thread blocks in the read, so that the wait can be cancelled.
            string? row = await Task.Run(_reader.ReadLine, cancellationToken).WaitAsync(cancellationToken);
            if (row is null)
            {
                if (!LocalTerminal.IsInputThere)
                    Interrupts.HangUp();
                StandardText.Error.WriteLine();
                return _isDropped ? null : text;
            }

            text = text is null || _isDropped ? row : $"{text}\n{row}";
            _isDropped = false;
            bool isComplete = await completeness.IsCompleteAsync(text, cancellationToken);
            if (_isDropped)
                continue;
            if (isComplete)
                return text;
            StandardText.Error.Write(Continuation);
        }
    }

    private void Drop()
    {
        _isDropped = true;
        StandardText.Error.Write($"\n{_prompt}");
    }
}
