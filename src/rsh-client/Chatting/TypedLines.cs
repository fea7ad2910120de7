using System.Text;
using RemoteShell.Cli.Client.Prompt;

namespace RemoteShell.Cli.Client.Chatting;

/// <summary>Lines that are typed, as a stream of bytes; <c>/quit</c> ends it.</summary>
internal sealed class TypedLines(ILineSource lines) : Stream
{
    private ReadOnlyMemory<byte> _rest;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest.Length == 0)
        {
            string? line = await lines.ReadAsync(folder: null, cancellationToken);
            if (line is null || line.Trim() == "/quit")
                return 0;
            _rest = Encoding.UTF8.GetBytes($"{line}\n");
        }

        int count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
