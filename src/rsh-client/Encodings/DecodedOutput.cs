using System.Text;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Encodings;

/// <summary>Decodes the remote output, after its verification, and writes it as UTF-8. A character may arrive in two parts.</summary>
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
        // Large enough for a whole piece: a decoder that runs out of room reports a fault twice.
        _chars = new char[known.GetMaxCharCount(Piece)];
        _bytes = new byte[Encoding.UTF8.GetMaxByteCount(_chars.Length)];
        _isCodePage = !IsUnicode(known);
    }

    /// <summary>The number of byte sequences that could not be decoded.</summary>
    public long Unknown => _unknowns.Count;

    public override void Write(ReadOnlySpan<byte> buffer) => Pass(buffer, isLast: false);

    /// <summary>Ends the output: half a character at the end counts as not decodable.</summary>
    public void Finish() => Pass([], isLast: true);

    public override void Flush() => _target.Flush();

    private static bool IsUnicode(Encoding encoding)
        => encoding.WebName.StartsWith("utf-", StringComparison.OrdinalIgnoreCase)
            || encoding.WebName.Equals("gb18030", StringComparison.OrdinalIgnoreCase);

    // The framework decodes bytes that are not defined in a code page, such as FF in gbk, to these private-use characters.
    private void ReplaceUndefined(Span<char> chars)
    {
        int at = chars.IndexOfAnyInRange('\uF880', '\uF8FE');
        while (at >= 0)
        {
            chars[at] = '\uFFFD';
            _unknowns.Add();
            chars = chars[(at + 1)..];
            at = chars.IndexOfAnyInRange('\uF880', '\uF8FE');
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
