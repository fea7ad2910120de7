using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace RemoteShell.Files.Transfers.Records;

/// <summary>Writes records to a stream. Several callers may write; each record is written as a whole.</summary>
/// <remarks>A record is: the length of its JSON text and that of its body, 4 bytes each, little endian; the text; the body.</remarks>
internal sealed class RecordWriter(Stream stream) : IDisposable
{
    /// <summary>The largest text of a record, in bytes.</summary>
    public const int MaxText = 256 * 1024;

    /// <summary>The largest body of a record, in bytes.</summary>
    public const int MaxBody = 256 * 1024;

    /// <summary>The bytes before the text.</summary>
    public const int PrefixLength = 8;

    // Records wait here until there are this many bytes, or until they are flushed.
    private const int GatherUpTo = 64 * 1024;

    // A larger body is not copied.
    private const int CopyUpTo = 16 * 1024;

    private readonly SemaphoreSlim _turn = new(1);

    // Used in turn.
    private readonly ArrayBufferWriter<byte> _gathered = new(GatherUpTo);
    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly Utf8JsonWriter _json = new(Stream.Null);

    /// <summary>Writes a record without a body.</summary>
    public ValueTask WriteAsync(TransferRecord record, CancellationToken cancellationToken)
        => WriteAsync(record, ReadOnlySequence<byte>.Empty, cancellationToken);

    /// <summary>Writes a record. It may wait for <see cref="FlushAsync"/>.</summary>
    public ValueTask WriteAsync(TransferRecord record, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
        => WriteAsync(record, new ReadOnlySequence<byte>(body), cancellationToken);

    /// <summary>Writes a record. It may wait for <see cref="FlushAsync"/>.</summary>
    public async ValueTask WriteAsync(TransferRecord record, ReadOnlySequence<byte> body, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Gather(record, (int)body.Length);
            bool isCopied = body.Length <= CopyUpTo;
            if (isCopied)
                CopyTo(_gathered, body);
            if (!isCopied || _gathered.WrittenCount >= GatherUpTo)
                await WriteGatheredAsync(cancellationToken).ConfigureAwait(false);
            if (isCopied)
                return;
            foreach (ReadOnlyMemory<byte> part in body)
                await stream.WriteAsync(part, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Passes on all that was written.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await WriteGatheredAsync(cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _turn.Dispose();
        _json.Dispose();
    }

    private static void CopyTo(IBufferWriter<byte> target, ReadOnlySequence<byte> body)
    {
        foreach (ReadOnlyMemory<byte> part in body)
            target.Write(part.Span);
    }

    private void Gather(TransferRecord record, int bodyLength)
    {
        _text.ResetWrittenCount();
        _json.Reset(_text);
        JsonSerializer.Serialize(_json, record, TransferJson.Default.TransferRecord);
        _json.Flush();
        if (_text.WrittenCount > MaxText)
            throw new RecordException($"a record of {_text.WrittenCount} bytes; at most {MaxText} are allowed");
        Span<byte> prefix = _gathered.GetSpan(PrefixLength);
        BinaryPrimitives.WriteInt32LittleEndian(prefix, _text.WrittenCount);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[4..], bodyLength);
        _gathered.Advance(PrefixLength);
        _gathered.Write(_text.WrittenSpan);
    }

    private async ValueTask WriteGatheredAsync(CancellationToken cancellationToken)
    {
        if (_gathered.WrittenCount == 0)
            return;
        await stream.WriteAsync(_gathered.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _gathered.ResetWrittenCount();
    }
}
