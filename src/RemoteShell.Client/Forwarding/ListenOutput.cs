using RemoteShell.Client.Results;
using RemoteShell.Client.Streams;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Forwarding;

/// <summary>Reads the lines of a job that listens at the server.</summary>
/// <param name="received">Called for each line, in order. It must not block.</param>
internal sealed class ListenOutput(Action<ListenEntry> received) : WriteOnlyStream
{
    // Bytes: more than any address or path needs.
    private const int MaxLine = 16 * 1024;

    private readonly MemoryStream _line = new();

    /// <summary>Takes bytes.</summary>
    /// <exception cref="UnverifiedOutputException">A line is not valid.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int end = buffer.IndexOf((byte)'\n');
            ReadOnlySpan<byte> part = end < 0 ? buffer : buffer[..end];
            if (_line.Length + part.Length > MaxLine)
                throw new UnverifiedOutputException($"the server sent a line of more than {MaxLine} bytes about its listening");
            _line.Write(part);
            buffer = buffer[(end < 0 ? buffer.Length : end + 1)..];
            if (end >= 0)
                EndLine();
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    private void EndLine()
    {
        byte[] line = _line.ToArray();
        _line.SetLength(0);
        received(AnswerDecoder.Decode("a line about its listening", line, bytes => MessageCodec.DecodeListenEntry(bytes.Span)));
    }
}
