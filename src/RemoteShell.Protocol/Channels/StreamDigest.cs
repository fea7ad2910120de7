using System.IO.Hashing;
using System.Security.Cryptography;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>The running total and digest of one byte stream. It may outlive the channel that carries the stream, and go on with the next one.</summary>
public sealed class StreamDigest : IDisposable
{
    /// <summary>The digest at the speed of memory.</summary>
    public const string Crc32C = "crc32c";

    /// <summary>The digest that <c>sha256sum</c> prints.</summary>
    public const string Sha256 = "sha256";

    private readonly IncrementalHash? _sha256;

    // The CRC-32C of the stream is that of _joined followed by the _tailLength bytes that _tail has read.
    private readonly Crc32? _tail;
    private uint _joined;
    private long _tailLength;

    /// <summary>Begins a stream.</summary>
    /// <param name="algorithm"><see cref="Crc32C"/> or <see cref="Sha256"/>.</param>
    /// <param name="from">The offset of the first byte that will be counted in.</param>
    public StreamDigest(string algorithm, long from = 0)
    {
        if (!IsKnown(algorithm))
            throw new ArgumentException($"'{algorithm}' is no digest; take {Crc32C} or {Sha256}", nameof(algorithm));
        _sha256 = algorithm == Sha256 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        _tail = algorithm == Crc32C ? new(Crc32ParameterSet.Crc32C) : null;
        Total = from;
    }

    /// <summary>The offset behind the bytes so far.</summary>
    public long Total { get; private set; }

    /// <summary>Whether this version computes the algorithm.</summary>
    public static bool IsKnown(string? algorithm) => algorithm is Crc32C or Sha256;

    /// <summary>Counts the next bytes in.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="checksum">Theirs, where it is known: then they need not be read again.</param>
    public void Append(ReadOnlySpan<byte> bytes, Checksum? checksum = null)
    {
        Total += bytes.Length;
        if (_sha256 is not null)
            _sha256.AppendData(bytes);
        else if (checksum is { } known && bytes.Length >= Frames.Crc32C.CheaperToJoin)
            Join(known.Value, bytes.Length);
        else
            AppendToTail(bytes);
    }

    /// <summary>Counts in what was not counted before: bytes that are sent again after a cut are known already.</summary>
    public void Append(long offset, ReadOnlySpan<byte> bytes, Checksum? checksum = null)
    {
        long known = Total - offset;
        if (known < 0)
            throw new InvalidOperationException($"the bytes from {Total} to {offset} were never seen");
        if (known == 0)
            Append(bytes, checksum);
        else if (known < bytes.Length)
            Append(bytes[(int)known..]);
    }

    /// <summary>What the stream has come to so far.</summary>
    public StreamTotal Current => new(Total, _sha256 is null ? new Checksum(WithTail()).ToString() : $"sha256:{Hex(_sha256.GetCurrentHash())}");

    /// <inheritdoc/>
    public void Dispose() => _sha256?.Dispose();

    private void AppendToTail(ReadOnlySpan<byte> bytes)
    {
        _tail!.Append(bytes);
        _tailLength += bytes.Length;
    }

    private void Join(uint checksum, int length)
    {
        if (_tailLength > 0)
        {
            _joined = WithTail();
            _tail!.Reset();
            _tailLength = 0;
        }

        _joined = Frames.Crc32C.Join(_joined, checksum, length);
    }

    private uint WithTail()
        => _tailLength == 0 ? _joined : Frames.Crc32C.Join(_joined, _tail!.GetCurrentHashAsUInt32(), _tailLength);

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
}
