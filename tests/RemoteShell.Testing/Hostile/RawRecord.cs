using System.Buffers.Binary;
using System.Text;

namespace RemoteShell.Testing.Hostile;

/// <summary>Encodes records of a transfer of files with any text and body.</summary>
public static class RawRecord
{
    /// <summary>The bytes before the text.</summary>
    public const int PrefixLength = 8;

    /// <summary>Encodes a record.</summary>
    /// <param name="json">The text.</param>
    /// <param name="body">The body; null: it is empty.</param>
    public static byte[] Of(string json, byte[]? body = null) => Of(Encoding.UTF8.GetBytes(json), body);

    /// <summary>Encodes a record whose text need not be UTF-8.</summary>
    public static byte[] Of(byte[] text, byte[]? body = null) => [.. Prefix(text.Length, body?.Length ?? 0), .. text, .. body ?? []];

    /// <summary>Encodes the begin of a record, with lengths that need not be true.</summary>
    public static byte[] Prefix(int text, int body)
    {
        var prefix = new byte[PrefixLength];
        BinaryPrimitives.WriteInt32LittleEndian(prefix, text);
        BinaryPrimitives.WriteInt32LittleEndian(prefix.AsSpan(4), body);
        return prefix;
    }
}
