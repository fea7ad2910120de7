using System.Buffers.Binary;
using System.Text.Json;

namespace RemoteShell.Protocol.Broadcasts;

/// <summary>How the host is called to which a signed request is passed. It comes before the request, and is not signed.</summary>
public sealed record BroadcastHost
{
    private const int MaxBytes = 64 * 1024;
    private const int MaxGroups = 1000;

    /// <summary>The first bytes.</summary>
    public static ReadOnlySpan<byte> Magic => "RSHB"u8;

    /// <summary>The host's name, by which <see cref="BroadcastRequest.Targets"/> names it.</summary>
    public required string Name { get; init; }

    /// <summary>The groups of which the host is a member. Default: none.</summary>
    public IReadOnlyList<string> Groups { get; set; } = [];

    /// <summary>Reads what <see cref="ToBytes"/> has made.</summary>
    /// <exception cref="BroadcastException">The bytes are others, or the stream ends.</exception>
    public static async Task<BroadcastHost> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        int length = await PieceReader.ReadLengthAsync(stream, Magic.ToArray(), MaxBytes, cancellationToken).ConfigureAwait(false);
        byte[] json = await PieceReader.ReadAsync(stream, length, cancellationToken).ConfigureAwait(false);
        BroadcastHost host = StrictJson.Read(json, BroadcastJson.Default.BroadcastHost);
        return host.FindFault() is { } fault ? throw new BroadcastException(fault) : host;
    }

    /// <summary>The bytes to send before a signed request.</summary>
    /// <exception cref="BroadcastException">A name is not valid, or there are too many.</exception>
    public byte[] ToBytes()
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(this, BroadcastJson.Default.BroadcastHost);
        if (FindFault() is { } fault)
            throw new BroadcastException(fault);
        if (json.Length > MaxBytes)
            throw PieceReader.TooLong(json.Length, MaxBytes);
        var bytes = new byte[PieceReader.HeaderLength + json.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(Magic.Length), json.Length);
        json.CopyTo(bytes, PieceReader.HeaderLength);
        return bytes;
    }

    private string? FindFault()
    {
        if (!TargetNames.IsName(Name))
            return $"'name' must have 1 to {TargetNames.MaxNameLength} letters, digits and ._-";
        if (Groups.Count > MaxGroups)
            return $"'groups' must have at most {MaxGroups} elements";
        return Groups.All(TargetNames.IsName) ? null : "'groups' must have names of letters, digits and ._-";
    }
}
