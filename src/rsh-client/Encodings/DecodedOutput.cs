using System.Text;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Encodings;

/// <summary>Takes the remote's bytes, verified as they came, and passes them on as UTF-8. A character that comes in two parts is one.</summary>
internal sealed class DecodedOutput : WriteOnlyStream
{
    private const int Piece = 16 * 1024;

    private readonly Stream _target;
    private readonly Decoder _decoder;
    private readonly Encoder _utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetEncoder();
    private readonly Unknowns _unknowns = new();
    private readonly bool _isCodePage;
    private readonly char[] _chars = new char[Piece];
    private readonly byte[] _bytes = new byte[(Piece + 1) * 3];

    public DecodedOutput(Stream target, string encoding)
    {
        Encoding known = TextEncoding.Get(encoding, EncoderFallback.ReplacementFallback, _unknowns.Decoding);
        (_target, _decoder) = (target, known.GetDecoder());
        // Only these have bytes that the framework decodes to characters of nobody's.
        _isCodePage = known.CodePage is 932 or 936 or 949 or 950;
    }

    /// <summary>How much could not be decoded.</summary>
    public long Unknown => _unknowns.Count;

    public override void Write(ReadOnlySpan<byte> buffer) => Pass(buffer, isLast: false);

    /// <summary>Nothing follows: half a character is none.</summary>
    public void Finish() => Pass([], isLast: true);

    public override void Flush() => _target.Flush();

    // Single bytes without a meaning in a page of two bytes, such as FF in gbk, are given characters for private use.
    private void ReplaceUndefined(Span<char> chars)
    {
        for (int at; (at = chars.IndexOfAnyInRange('\uF8F0', '\uF8F8')) >= 0; chars = chars[(at + 1)..])
        {
            chars[at] = '\uFFFD';
            _unknowns.Add();
        }
    }

    private void Pass(ReadOnlySpan<byte> bytes, bool isLast)
    {
        bool isDone = false;
        while (!isDone)
        {
            _decoder.Convert(bytes, _chars, isLast, out int used, out int chars, out isDone);
            bytes = bytes[used..];
            if (_isCodePage)
                ReplaceUndefined(_chars.AsSpan(0, chars));
            int count = _utf8.GetBytes(_chars.AsSpan(0, chars), _bytes, isLast && isDone);
            if (count > 0)
                _target.Write(_bytes.AsSpan(0, count));
        }
    }
}
