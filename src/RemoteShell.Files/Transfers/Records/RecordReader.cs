using System.Buffers.Binary;
using System.Text.Json;

namespace RemoteShell.Files.Transfers.Records;

/// <summary>Reads records from a stream. One caller at a time.</summary>
/// <param name="stream">The stream, which the caller disposes.</param>
internal sealed class RecordReader(Stream stream)
{
    private const int MaxRecord = RecordWriter.PrefixLength + RecordWriter.MaxText + RecordWriter.MaxBody;

    private byte[] _buffer = new byte[RecordWriter.MaxBody + (64 * 1024)];
    private int _begin, _end;

    /// <summary>The body of the last record; valid until the next is read.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Whether a record can be returned without waiting for the stream.</summary>
    public bool HasMore => _end - _begin >= RecordWriter.PrefixLength && _end - _begin >= RecordWriter.PrefixLength + NextLength();

    /// <summary>Returns the next record; null at the end of the stream.</summary>
    /// <exception cref="RecordException">It is not a record, or the stream ends in the middle of it.</exception>
    public async ValueTask<TransferRecord?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(RecordWriter.PrefixLength, cancellationToken).ConfigureAwait(false))
            return null;
        ReadOnlySpan<byte> prefix = _buffer.AsSpan(_begin, RecordWriter.PrefixLength);
        int text = BinaryPrimitives.ReadInt32LittleEndian(prefix), body = BinaryPrimitives.ReadInt32LittleEndian(prefix[4..]);
        if (text is < 2 or > RecordWriter.MaxText || body is < 0 or > RecordWriter.MaxBody)
            throw new RecordException($"a record of {text} and {body} bytes");
        if (!await FillAsync(RecordWriter.PrefixLength + text + body, cancellationToken).ConfigureAwait(false))
            throw new RecordException("the stream ended in the middle of a record");
        _begin += RecordWriter.PrefixLength;
        TransferRecord record = Parse(_buffer.AsSpan(_begin, text));
        Body = _buffer.AsMemory(_begin + text, body);
        _begin += text + body;
        return record;
    }

    private static TransferRecord Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, TransferJson.Default.TransferRecord) ?? throw new RecordException("an empty record");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new RecordException(e.Message);
        }
    }

    private int NextLength()
    {
        ReadOnlySpan<byte> prefix = _buffer.AsSpan(_begin, RecordWriter.PrefixLength);
        long length = (long)BinaryPrimitives.ReadInt32LittleEndian(prefix) + BinaryPrimitives.ReadInt32LittleEndian(prefix[4..]);
        return (int)Math.Clamp(length, 0, int.MaxValue / 2);
    }

    // False if the stream ended before the first byte.
    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _begin < count)
        {
            MakeRoom(count);
            int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0 && _end == _begin)
                return false;
            if (read == 0)
                throw new RecordException("the stream ended in the middle of a record");
            _end += read;
        }

        return true;
    }

    private void MakeRoom(int count)
    {
        if (_begin + count <= _buffer.Length && _end < _buffer.Length)
            return;
        byte[] target = count <= _buffer.Length ? _buffer : new byte[MaxRecord];
        _buffer.AsSpan(_begin, _end - _begin).CopyTo(target);
        (_buffer, _end, _begin) = (target, _end - _begin, 0);
    }
}
