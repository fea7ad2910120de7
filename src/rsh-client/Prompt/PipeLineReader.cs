using System.Text;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Reads lines from a pipe or a file, without a prompt.</summary>
internal sealed class PipeLineReader(Stream input) : ILineReader
{
    private readonly StreamReader _reader = new(input, Encoding.UTF8);

    public Action? Interrupt => null;

    // Reading standard input cannot be cancelled, but waiting for it can.
    public async ValueTask<string?> ReadAsync(string? folder, CancellationToken cancellationToken)
        => await Task.Run(_reader.ReadLine, cancellationToken).WaitAsync(cancellationToken);
}
