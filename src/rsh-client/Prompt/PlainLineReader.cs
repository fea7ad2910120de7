using RemoteShell.Cli.Client.Streams;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Reads typed lines at a prompt; the terminal itself edits them.</summary>
/// <param name="prompt">The prompt, for a remote folder.</param>
internal sealed class PlainLineReader(Func<string?, string> prompt) : ILineReader
{
    // Not Console.In: after Ctrl+C the terminal drops the typed part of a line, but the framework's reader keeps it.
    private readonly TextReader _reader = OperatingSystem.IsWindows()
        ? Console.In
        : new StreamReader(StandardStreams.Input);

    private string _prompt = "";

    public Action Interrupt => () => StandardText.Error.Write($"\n{_prompt}");

    Action? ILineReader.Interrupt => Interrupt;

    public async ValueTask<string?> ReadAsync(string? folder, CancellationToken cancellationToken)
    {
        _prompt = prompt(folder);
        StandardText.Error.Write(_prompt);
        // A pool thread blocks in the read, so that the wait can be cancelled.
        string? line = await Task.Run(_reader.ReadLine, cancellationToken).WaitAsync(cancellationToken);
        if (line is null)
            StandardText.Error.WriteLine();
        return line;
    }
}
