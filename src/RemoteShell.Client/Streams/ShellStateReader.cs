using RemoteShell.Client.Results;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Streams;

/// <summary>Collects what a line of a prompt leaves behind.</summary>
internal sealed class ShellStateReader
{
    // Bytes. The content is an environment, which is at most 2 MiB on Linux.
    private const int Most = 4 * 1024 * 1024;

    private readonly MemoryStream _bytes = new();

    /// <summary>The state; null if the line changed nothing.</summary>
    public ShellState? State
    {
        get
        {
            if (_bytes.Length == 0)
                return null;
            Protocol.Messages.ShellState state = AnswerDecoder.Decode(
                "what a line leaves behind", _bytes.ToArray(), json => MessageCodec.DecodeShellState(json.Span));
            return new(state.Cwd, state.Env, state.Unset);
        }
    }

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
