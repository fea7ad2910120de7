using System.Text;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Lines from a pipe or a file: no prompt, nothing printed.</summary>
internal sealed class PipeLineReader(Stream input) : ILineReader
{
    private readonly StreamReader _reader = new(input, Encoding.UTF8);

    public Action? Interrupt => null;

    // Reading standard input cannot be cancelled, but waiting for it can.
    public async ValueTask<string?> ReadAsync(string? folder, CancellationToken cancellationToken)
        => await Task.Run(_reader.ReadLine, cancellationToken).WaitAsync(cancellationToken);
}
