using System.Text;

namespace RemoteShell.Files.Names;

/// <summary>The name of one entry of a folder: 1 to 255 bytes without <c>/</c> and NUL, and not <c>.</c> or <c>..</c>.</summary>
/// <remarks>Names are bytes, and are ordered by their bytes. They are often, but not always, UTF-8.</remarks>
public readonly struct FileName : IEquatable<FileName>, IComparable<FileName>
{
    /// <summary>The longest name, in bytes.</summary>
    public const int MaxLength = 255;

    // With a NUL at the end, for the C library.
    private readonly byte[]? _text;

    private FileName(byte[] text) => _text = text;

    /// <summary>The bytes, without a NUL at the end.</summary>
    public ReadOnlySpan<byte> Bytes => _text is null ? default : _text.AsSpan(0, _text.Length - 1);

    /// <summary>The name as text without a loss, see <see cref="EscapedBytes"/>.</summary>
    public string Escaped => EscapedBytes.Of(Bytes);

    /// <summary>The bytes with a NUL at the end.</summary>
    internal ReadOnlySpan<byte> NulTerminated => _text ?? throw new InvalidOperationException("the name is not set");

    /// <summary>Whether two names have the same bytes.</summary>
    public static bool operator ==(FileName left, FileName right) => left.Equals(right);

    /// <summary>Whether two names have different bytes.</summary>
    public static bool operator !=(FileName left, FileName right) => !left.Equals(right);

    /// <summary>Whether a name is before another.</summary>
    public static bool operator <(FileName left, FileName right) => left.CompareTo(right) < 0;

    /// <summary>Whether a name is after another.</summary>
    public static bool operator >(FileName left, FileName right) => left.CompareTo(right) > 0;

    /// <summary>Whether a name is before another or the same.</summary>
    public static bool operator <=(FileName left, FileName right) => left.CompareTo(right) <= 0;

    /// <summary>Whether a name is after another or the same.</summary>
    public static bool operator >=(FileName left, FileName right) => left.CompareTo(right) >= 0;

    /// <summary>Makes a name of text, in UTF-8.</summary>
    /// <exception cref="FormatException">The text cannot be a name.</exception>
    public static FileName Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Of(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Makes a name of bytes.</summary>
    /// <exception cref="FormatException">The bytes cannot be a name.</exception>
    public static FileName Of(ReadOnlySpan<byte> bytes)
    {
        if (!IsValid(bytes))
            throw new FormatException($"'{EscapedBytes.Of(bytes)}' is not a file name");
        var text = new byte[bytes.Length + 1];
        bytes.CopyTo(text);
        return new(text);
    }

    /// <summary>Whether the bytes can be a name.</summary>
    public static bool IsValid(ReadOnlySpan<byte> bytes)
        => bytes.Length is > 0 and <= MaxLength && bytes.IndexOfAny((byte)'/', (byte)0) < 0
            && !bytes.SequenceEqual("."u8) && !bytes.SequenceEqual(".."u8);

    /// <summary>Makes a name of <see cref="Escaped"/> text.</summary>
    /// <exception cref="FormatException">The text contains an unknown escape, or cannot be a name.</exception>
    public static FileName Unescape(string escaped) => Of(EscapedBytes.ToBytes(escaped));

    /// <inheritdoc/>
    public int CompareTo(FileName other) => Bytes.SequenceCompareTo(other.Bytes);

    /// <inheritdoc/>
    public bool Equals(FileName other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FileName other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>The same as <see cref="Escaped"/>.</summary>
    public override string ToString() => Escaped;
}
