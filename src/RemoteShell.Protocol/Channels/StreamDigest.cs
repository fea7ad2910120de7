using System.IO.Hashing;
using System.Security.Cryptography;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>The running total and digest of one byte stream. It may outlive a channel and continue on the next one.</summary>
public sealed class StreamDigest : IDisposable
{
    /// <summary>CRC-32C, as fast as memory.</summary>
    public const string Crc32C = "crc32c";

    /// <summary>SHA-256, as <c>sha256sum</c> prints it.</summary>
    public const string Sha256 = "sha256";

    private readonly IncrementalHash? _sha256;

    // The stream's CRC-32C is that of _combined, followed by the _tailLength bytes in _tail.
    private readonly Crc32? _tail;
    private uint _combined;
    private long _tailLength;

    /// <summary>Starts a digest.</summary>
    /// <param name="algorithm"><see cref="Crc32C"/> or <see cref="Sha256"/>.</param>
    /// <param name="from">Offset of the first byte to be added.</param>
    public StreamDigest(string algorithm, long from = 0)
    {
        if (!IsKnown(algorithm))
            throw new ArgumentException($"'{algorithm}' is not a known digest; use {Crc32C} or {Sha256}", nameof(algorithm));
        _sha256 = algorithm == Sha256 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        _tail = algorithm == Crc32C ? new(Crc32ParameterSet.Crc32C) : null;
        (Algorithm, Total) = (algorithm, from);
    }

    /// <summary><see cref="Crc32C"/> or <see cref="Sha256"/>.</summary>
    public string Algorithm { get; }

    /// <summary>Offset after the bytes added so far.</summary>
    public long Total { get; private set; }

    /// <summary>Whether this version supports the algorithm.</summary>
    public static bool IsKnown(string? algorithm) => algorithm is Crc32C or Sha256;

    /// <summary>Adds the next bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="checksum">Their checksum, if known. Then the bytes are usually not read again.</param>
    public void Append(ReadOnlySpan<byte> bytes, Checksum? checksum = null)
    {
        Total += bytes.Length;
        if (_sha256 is not null)
            _sha256.AppendData(bytes);
        else if (bytes.Length >= Frames.Crc32C.MinLengthToCombine)
            Combine((checksum ?? Checksum.Of(bytes)).Value, bytes.Length);
        else
            AppendToTail(bytes);
    }

    /// <summary>Adds bytes at an offset. Those that were added before are skipped: after a reconnect they are sent again.</summary>
    public void Append(long offset, ReadOnlySpan<byte> bytes, Checksum? checksum = null)
    {
        long known = Total - offset;
        if (known < 0)
            throw new InvalidOperationException($"the bytes from {Total} to {offset} were never added");
        if (known == 0)
            Append(bytes, checksum);
        else if (known < bytes.Length)
            Append(bytes[(int)known..]);
    }

    /// <summary>Total and digest of the bytes added so far.</summary>
    public StreamTotal Current
    {
        get
        {
            string digest = _sha256 is null ? new Checksum(CombineTail()).ToString() : $"sha256:{Hex(_sha256.GetCurrentHash())}";
            return new(Total, digest);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sha256?.Dispose();

    private void AppendToTail(ReadOnlySpan<byte> bytes)
    {
        _tail!.Append(bytes);
        _tailLength += bytes.Length;
    }

    private void Combine(uint checksum, int length)
    {
        if (_tailLength > 0)
        {
            _combined = CombineTail();
            _tail!.Reset();
            _tailLength = 0;
        }

        _combined = Frames.Crc32C.Combine(_combined, checksum, length);
    }

    private uint CombineTail()
    {
        if (_tailLength == 0)
            return _combined;
        // Most often all bytes are in the tail. The checksum of no bytes is 0.
        uint tail = _tail!.GetCurrentHashAsUInt32();
        return _combined == 0 ? tail : Frames.Crc32C.Combine(_combined, tail, _tailLength);
    }

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
}
