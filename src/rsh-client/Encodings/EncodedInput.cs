using System.Text;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Encodings;

/// <summary>Converts the local input from UTF-8 to the encoding of the remote text.</summary>
internal sealed class EncodedInput : ReadOnlyStream
{
    private const int Piece = 4096;

    private readonly Stream _source;
    private readonly Decoder _utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetDecoder();
    private readonly Encoder _encoder;
    private readonly ReplacementCounter _unknowns = new();
    private readonly byte[] _read = new byte[Piece];
    private readonly char[] _chars = new char[Piece + 2];
    private readonly byte[] _encoded = new byte[(Piece + 4) * 4];
    private ReadOnlyMemory<byte> _rest;
    private bool _isOver;

    public EncodedInput(Stream source, string encoding)
        => (_source, _encoder) = (source, TextEncoding.Get(encoding, _unknowns.Encoding, DecoderFallback.ReplacementFallback).GetEncoder());

    /// <summary>The number of characters that the encoding does not have.</summary>
    public long Unknown => _unknowns.Count;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The bytes that were read may be only part of a character.
        while (_rest.Length == 0 && !_isOver)
        {
            int count = await _source.ReadAsync(_read, cancellationToken);
            _isOver = count == 0;
            int chars = _utf8.GetChars(_read.AsSpan(0, count), _chars, _isOver);
            _rest = _encoded.AsMemory(0, _encoder.GetBytes(_chars.AsSpan(0, chars), _encoded, _isOver));
        }

        int given = Math.Min(buffer.Length, _rest.Length);
        _rest[..given].CopyTo(buffer);
        _rest = _rest[given..];
        return given;
    }
}
