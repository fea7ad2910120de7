using Microsoft.Win32.SafeHandles;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Lines that a person types at a prompt, edited by the terminal itself.</summary>
/// <param name="prompt">What stands in front of a line, for the remote folder.</param>
internal sealed class PlainLineReader(Func<string?, string> prompt) : ILineReader
{
    // Past the framework's own reader, which keeps what was typed before Ctrl+C; the terminal drops it.
    private readonly TextReader _reader = OperatingSystem.IsWindows()
        ? Console.In
        : new StreamReader(new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0));

    private string _prompt = "";

    public Action Interrupt => () => Console.Error.Write($"\n{_prompt}");

    Action? ILineReader.Interrupt => Interrupt;

    public async ValueTask<string?> ReadAsync(string? folder, CancellationToken cancellationToken)
    {
        _prompt = prompt(folder);
        Console.Error.Write(_prompt);
        // A thread of the pool waits for the terminal, and this one stays free to give up.
        string? line = await Task.Run(_reader.ReadLine, cancellationToken).WaitAsync(cancellationToken);
        if (line is null)
            Console.Error.WriteLine();
        return line;
    }
}
