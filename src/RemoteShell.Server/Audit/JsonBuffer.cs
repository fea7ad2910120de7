using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace RemoteShell.Server.Audit;

/// <summary>Bytes of JSON. The same buffer is used for one line after the other.</summary>
internal sealed class JsonBuffer
{
    // Bytes: a usual line, and more than the longest number or time.
    private const int InitialSize = 1024, MaxNumberLength = 40;

    // A buffer that a long line has made larger is not kept.
    private const int MaxKept = 64 * 1024;

    // Characters of a text that are escaped at once. Each becomes at most 6, a pair of surrogates 12.
    private const int EscapedAtOnce = 256;

    // All that JSON writes as it is, of one byte.
    private static readonly SearchValues<char> Plain
        = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(one => one is not ('"' or '\\'))]);

    private byte[] _bytes = new byte[InitialSize];
    private int _length;

    /// <summary>The bytes, until more are appended.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear()
    {
        _length = 0;
        if (_bytes.Length > MaxKept)
            _bytes = new byte[InitialSize];
    }

    public void Append(byte one)
    {
        Free(1)[0] = one;
        _length++;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Free(bytes.Length));
        _length += bytes.Length;
    }

    public void AppendNumber(long number)
    {
        Utf8Formatter.TryFormat(number, Free(MaxNumberLength), out int count);
        _length += count;
    }

    public void AppendNumber(double number)
    {
        number.TryFormat(Free(MaxNumberLength), out int count, provider: CultureInfo.InvariantCulture);
        _length += count;
    }

    /// <summary>Appends a time in quotes, without the zeros at the end of a second's fraction.</summary>
    public void AppendTime(DateTimeOffset time)
    {
        const int PointAt = 19, FractionEnd = 27;
        Span<byte> text = stackalloc byte[MaxNumberLength];
        Utf8Formatter.TryFormat(time, text, out int count, new StandardFormat('O'));
        int end = text[..FractionEnd].LastIndexOfAnyExcept((byte)'0') + 1;
        if (end == PointAt + 1)
            end = PointAt;
        Append((byte)'"');
        Append(text[..end]);
        Append(text[FractionEnd..count]);
        Append((byte)'"');
    }

    /// <summary>Appends a text in quotes.</summary>
    public void AppendText(string text)
    {
        Append((byte)'"');
        if (text.AsSpan().ContainsAnyExcept(Plain))
        {
            AppendEscaped(text);
        }
        else
        {
            Ascii.FromUtf16(text, Free(text.Length), out int count);
            _length += count;
        }

        Append((byte)'"');
    }

    // Letters of all languages and '+' stay as they are: people search for names and fingerprints.
    private void AppendEscaped(ReadOnlySpan<char> text)
    {
        Span<char> escaped = stackalloc char[EscapedAtOnce];
        while (text.Length > 0)
        {
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text, escaped, out int read, out int written);
            text = text[read..];
            _length += Encoding.UTF8.GetBytes(escaped[..written], Free(Encoding.UTF8.GetMaxByteCount(written)));
        }
    }

    private Span<byte> Free(int count)
    {
        if (_bytes.Length - _length < count)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + count));
        return _bytes.AsSpan(_length);
    }
}
