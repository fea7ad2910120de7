using System.Text;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Encodings;

/// <summary>Takes the remote's bytes, verified as they came, and passes them on as UTF-8. A character that comes in two parts is one.</summary>
internal sealed class DecodedOutput : WriteOnlyStream
{
    private const int Piece = 16 * 1024;

    private readonly Stream _target;
    private readonly Decoder _decoder;
    private readonly Encoder _utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetEncoder();
    private readonly ReplacementCounter _unknowns = new();
    private readonly bool _isCodePage;
    private readonly char[] _chars;
    private readonly byte[] _bytes;

    public DecodedOutput(Stream target, string encoding)
    {
        Encoding known = TextEncoding.Get(encoding, EncoderFallback.ReplacementFallback, _unknowns.Decoding);
        (_target, _decoder) = (target, known.GetDecoder());
        // Room for all that a piece can give: a decoder that runs out of it tells of a fault twice.
        _chars = new char[known.GetMaxCharCount(Piece)];
        _bytes = new byte[Encoding.UTF8.GetMaxByteCount(_chars.Length)];
        _isCodePage = !IsUnicode(known);
    }

    /// <summary>How much could not be decoded.</summary>
    public long Unknown => _unknowns.Count;

    public override void Write(ReadOnlySpan<byte> buffer) => Pass(buffer, isLast: false);

    /// <summary>Nothing follows: half a character is none.</summary>
    public void Finish() => Pass([], isLast: true);

    public override void Flush() => _target.Flush();

    private static bool IsUnicode(Encoding encoding)
        => encoding.WebName.StartsWith("utf-", StringComparison.OrdinalIgnoreCase) || encoding.WebName.Equals("gb18030", StringComparison.OrdinalIgnoreCase);

    // Bytes without a meaning in a code page, such as FF in gbk, are given these characters for private use.
    private void ReplaceUndefined(Span<char> chars)
    {
        for (int at; (at = chars.IndexOfAnyInRange('\uF880', '\uF8FE')) >= 0; chars = chars[(at + 1)..])
        {
            chars[at] = '\uFFFD';
            _unknowns.Add();
        }
    }

    private void Pass(ReadOnlySpan<byte> bytes, bool isLast)
    {
        do
        {
            ReadOnlySpan<byte> piece = bytes[..Math.Min(Piece, bytes.Length)];
            bytes = bytes[piece.Length..];
            bool isEnd = isLast && bytes.Length == 0;
            int chars = _decoder.GetChars(piece, _chars, isEnd);
            if (_isCodePage)
                ReplaceUndefined(_chars.AsSpan(0, chars));
            int count = _utf8.GetBytes(_chars.AsSpan(0, chars), _bytes, isEnd);
            if (count > 0)
                _target.Write(_bytes.AsSpan(0, count));
        }
        while (bytes.Length > 0);
    }
}
