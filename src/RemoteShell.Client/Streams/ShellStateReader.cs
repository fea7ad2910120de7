using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Streams;

/// <summary>What a prompt's line leaves behind, as it comes.</summary>
internal sealed class ShellStateReader
{
    // It is an environment; Linux gives one 2 MiB at most.
    private const int Most = 4 * 1024 * 1024;

    private readonly MemoryStream _bytes = new();

    /// <summary>What came; null where the line left nothing behind.</summary>
    public ShellState? State => _bytes.Length > 0 ? MessageCodec.DecodeShellState(_bytes.ToArray()) : null;

    public async Task CollectAsync(IncomingStream stream, CancellationToken cancellationToken)
    {
        while (await stream.ReadAsync(cancellationToken).ConfigureAwait(false) is { Length: > 0 } block)
        {
            if (_bytes.Length + block.Length > Most)
                throw new UnverifiedOutputException($"the line left more than {Most} bytes of variables behind");
            _bytes.Write(block.Memory.Span);
            stream.Return(block);
        }
    }
}
