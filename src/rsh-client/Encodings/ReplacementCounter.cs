using System.Text;

namespace RemoteShell.Cli.Client.Encodings;

/// <summary>Counts what cannot be decoded and is shown as U+FFFD, and what cannot be encoded and is sent as a question mark.</summary>
internal sealed class ReplacementCounter
{
    /// <summary>The number of replacements.</summary>
    public long Count { get; private set; }

    /// <summary>Counts one replacement.</summary>
    public void Add() => Count++;

    public DecoderFallback Decoding => new DecoderReplacement(this);

    public EncoderFallback Encoding => new EncoderReplacement(this);

    private sealed class DecoderReplacement(ReplacementCounter counter) : DecoderFallback
    {
        public override int MaxCharCount => 1;

        public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer(counter);

        private sealed class Buffer(ReplacementCounter counter) : DecoderFallbackBuffer
        {
            private bool _isFull;

            public override int Remaining => _isFull ? 1 : 0;

            public override bool Fallback(byte[] bytesUnknown, int index)
            {
                counter.Add();
                _isFull = true;
                return true;
            }

            public override char GetNextChar()
            {
                char next = _isFull ? '\uFFFD' : '\0';
                _isFull = false;
                return next;
            }

            public override bool MovePrevious() => false;

            public override void Reset() => _isFull = false;
        }
    }

    private sealed class EncoderReplacement(ReplacementCounter counter) : EncoderFallback
    {
        public override int MaxCharCount => 1;

        public override EncoderFallbackBuffer CreateFallbackBuffer() => new Buffer(counter);

        private sealed class Buffer(ReplacementCounter counter) : EncoderFallbackBuffer
        {
            private bool _isFull;

            public override int Remaining => _isFull ? 1 : 0;

            public override bool Fallback(char charUnknown, int index)
            {
                counter.Add();
                _isFull = true;
                return true;
            }

            public override bool Fallback(char charUnknownHigh, char charUnknownLow, int index) => Fallback(charUnknownHigh, index);

            public override char GetNextChar()
            {
                char next = _isFull ? '?' : '\0';
                _isFull = false;
                return next;
            }

            public override bool MovePrevious() => false;

            public override void Reset() => _isFull = false;
        }
    }
}
