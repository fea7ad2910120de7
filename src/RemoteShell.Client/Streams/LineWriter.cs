using System.Text;
using System.Threading.Channels;

namespace RemoteShell.Client.Streams;

/// <summary>Decodes a stream into lines. A line ends with LF or CR LF; the last line may have no ending.</summary>
/// <param name="options">The encoding and the longest line.</param>
/// <param name="isError">Whether the stream is standard error.</param>
/// <param name="lines">Where the lines go; a full channel delays the writer.</param>
internal sealed class LineWriter(BufferOptions options, bool isError, ChannelWriter<OutputLine> lines) : WriteOnlyStream
{
    private readonly Decoder _decoder = options.Encoding.GetDecoder();
    private readonly StringBuilder _line = new();
    private char[] _chars = [];

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        => await DecodeAsync(buffer, isLast: false, cancellationToken).ConfigureAwait(false);

    public override void Write(ReadOnlySpan<byte> buffer) => throw new NotSupportedException("lines are written asynchronously");

    /// <summary>Writes the last line, if it has no ending.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        await DecodeAsync(ReadOnlyMemory<byte>.Empty, isLast: true, cancellationToken).ConfigureAwait(false);
        if (_line.Length > 0)
            await EndLineAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask DecodeAsync(ReadOnlyMemory<byte> buffer, bool isLast, CancellationToken cancellationToken)
    {
        int needed = options.Encoding.GetMaxCharCount(buffer.Length);
        if (_chars.Length < needed)
            _chars = new char[needed];
        int count = _decoder.GetChars(buffer.Span, _chars, isLast);
        int start = 0;
        while (start < count)
        {
            int end = Array.IndexOf(_chars, '\n', start, count - start);
            Append(_chars.AsSpan(start, (end < 0 ? count : end) - start));
            if (end < 0)
                return;
            await EndLineAsync(cancellationToken).ConfigureAwait(false);
            start = end + 1;
        }
    }

    private void Append(ReadOnlySpan<char> part)
    {
        if (_line.Length + part.Length > options.MaxLineLength)
        {
            int limit = options.MaxLineLength;
            throw new OutputLimitException($"the command wrote a line of more than {limit} characters", limit)
            {
                Hint = $"raise {nameof(BufferOptions)}.{nameof(BufferOptions.MaxLineLength)}, or write the output to a stream",
            };
        }

        _line.Append(part);
    }

    private ValueTask EndLineAsync(CancellationToken cancellationToken)
    {
        if (_line.Length > 0 && _line[^1] == '\r')
            _line.Length--;
        var line = new OutputLine(_line.ToString(), isError);
        _line.Clear();
        return lines.WriteAsync(line, cancellationToken);
    }
}
