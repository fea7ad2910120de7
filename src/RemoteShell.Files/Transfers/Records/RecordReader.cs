using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text.Json;

namespace RemoteShell.Files.Transfers.Records;

/// <summary>Reads records where they lie in a pipe, without a copy. One caller at a time.</summary>
/// <param name="source">The bytes. The caller completes it.</param>
internal sealed class RecordReader(PipeReader source)
{
    // Freed earlier, small records would cost a call each. Freed later, the other side would wait for room.
    private const int FreeAfter = 32 * 1024;

    // What the pipe gave and is not yet parsed, behind the last record. It may hold the begin of a record.
    private ReadOnlySequence<byte> _rest;
    private bool _holdsBytes;

    // The bytes of the records that were taken and that the pipe still holds.
    private int _taken;

    /// <summary>The body of the last record; valid until the next is read.</summary>
    public ReadOnlySequence<byte> Body { get; private set; }

    /// <summary>Whether a record can be returned without waiting for the pipe.</summary>
    public bool HasMore => LengthOfNext() is { } length && _rest.Length >= length;

    /// <summary>Returns the next record; null at the end of the bytes.</summary>
    /// <exception cref="RecordException">It is not a record.</exception>
    /// <exception cref="EarlyEndException">The bytes end in the middle of it.</exception>
    public async ValueTask<TransferRecord?> ReadAsync(CancellationToken cancellationToken)
    {
        Body = default;
        while (!HasMore || _taken >= FreeAfter)
        {
            // The pipe frees what lies before the rest. Without a whole record in it, it returns when there is more than the rest.
            if (_holdsBytes)
                source.AdvanceTo(_rest.Start, HasMore ? _rest.Start : _rest.End);
            _holdsBytes = false;
            _rest = default;
            ReadResult result = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
            (_rest, _holdsBytes, _taken) = (result.Buffer, true, 0);
            if (result.IsCompleted && !HasMore)
                return _rest.IsEmpty ? null : throw new EarlyEndException();
        }

        (int text, int body) = ReadPrefix(_rest);
        ReadOnlySequence<byte> record = _rest.Slice(RecordWriter.PrefixLength);
        Body = record.Slice(text, body);
        _rest = record.Slice(text + body);
        _taken += text + body;
        return Parse(record.Slice(0, text));
    }

    private static TransferRecord Parse(ReadOnlySequence<byte> text)
    {
        try
        {
            ReadOnlySpan<byte> bytes = text.IsSingleSegment ? text.FirstSpan : text.ToArray();
            TransferRecord? read = JsonSerializer.Deserialize(bytes, TransferJson.Default.TransferRecord);
            return read?.HasAllElements == true ? read : throw new RecordException("a record that is null, or has null in a list");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new RecordException(e.Message);
        }
    }

    // Null until the prefix is there.
    private long? LengthOfNext()
    {
        if (_rest.Length < RecordWriter.PrefixLength)
            return null;
        (int text, int body) = ReadPrefix(_rest);
        return RecordWriter.PrefixLength + (long)text + body;
    }

    private static (int Text, int Body) ReadPrefix(ReadOnlySequence<byte> bytes)
    {
        Span<byte> prefix = stackalloc byte[RecordWriter.PrefixLength];
        bytes.Slice(0, RecordWriter.PrefixLength).CopyTo(prefix);
        int text = BinaryPrimitives.ReadInt32LittleEndian(prefix), body = BinaryPrimitives.ReadInt32LittleEndian(prefix[4..]);
        if (text is < 2 or > RecordWriter.MaxText || body is < 0 or > RecordWriter.MaxBody)
            throw new RecordException($"a record of {text} and {body} bytes");
        return (text, body);
    }
}
