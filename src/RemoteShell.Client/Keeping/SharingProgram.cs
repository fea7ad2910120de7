using System.Net.Sockets;
using System.Threading.Channels;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Keeping;

/// <summary>A program that uses the kept connection, over a socket on this machine.</summary>
/// <remarks>
/// What waits for a program that does not read is bounded by the windows that the program itself has granted.
/// </remarks>
internal sealed class SharingProgram : IAsyncDisposable
{
    private const int GatherUpTo = 64 * 1024;

    // A larger body is written from where it is.
    private const int CopyUpTo = 8 * 1024;

    // More digits than any channel has, and the length in front.
    private const int Room = 16;

    private readonly NetworkStream _stream;
    private readonly KeptLink _link;
    private readonly SharedChannels _channels;
    private readonly Channel<(FrameBuffer Header, PooledBytes Body)> _waiting =
        System.Threading.Channels.Channel.CreateUnbounded<(FrameBuffer, PooledBytes)>(
            new() { SingleReader = true, AllowSynchronousContinuations = true });

    // Not disposed: it holds no timer, and the keeper may end a program at the moment of its own end.
    private readonly CancellationTokenSource _ended = new();

    public SharingProgram(Socket socket, KeptLink link, SharedChannels channels)
        => (_stream, _link, _channels) = (new(socket, ownsSocket: true), link, channels);

    /// <summary>Carries frames there and back until the program leaves or the kept connection ends.</summary>
    public async Task RunAsync()
    {
        Send(_link.Hello);
        Task writing = WriteAllAsync();
        string code = ErrorCode.Silent;
        try
        {
            code = await ReadAllAsync().ConfigureAwait(false);
        }
        finally
        {
            // The server treats the channels as it treats a connection of the program's own.
            foreach (uint number in _channels.CloseAll(this))
                _link.Post(MessageCodec.Encode(new ErrorMessage { Channel = number, Code = code, Text = "the program has ended" }));
            await End().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }
    }

    /// <summary>Sends a frame without a body to the program.</summary>
    public void Send(ReadOnlySpan<byte> header)
    {
        var frame = new FrameBuffer(header.Length + Room);
        frame.AppendFrame(header);
        Send(frame, default);
    }

    /// <summary>Sends a frame of one of the program's channels. The program owns the body from then on.</summary>
    public void Send(ReadOnlySpan<byte> header, uint own, PooledBytes body)
    {
        var renumbered = new FrameBuffer(header.Length + Room);
        RenumberedHeader.Append(header, own, renumbered);
        var frame = new FrameBuffer(renumbered.Length + Room);
        frame.AppendFrame(renumbered.Memory.Span);
        Send(frame, body);
    }

    /// <summary>Sends what waits, and disconnects the program.</summary>
    public Task End()
    {
        _waiting.Writer.TryComplete();
        return _ended.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await End().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    private void Send(FrameBuffer frame, PooledBytes body)
    {
        if (!_waiting.Writer.TryWrite((frame, body)))
            body.Dispose();
    }

    // Returns the code of the error that ends its channels.
    private async Task<string> ReadAllAsync()
    {
        using var reader = new FrameReader(_stream, FrameLimits.Default);
        var slot = new WriteSlot();
        try
        {
            while (await reader.ReadAsync(_ended.Token).ConfigureAwait(false) is { } frame)
            {
                using PooledBytes body = frame.Body;
                if (frame.Envelope.Channel == 0)
                {
                    if (frame.Envelope.Type is "goodbye" or "error")
                        return CloseReason.Goodbye;
                    OfConnection(frame);
                }
                else if (!await ToServerAsync(frame, slot).ConfigureAwait(false))
                {
                    return ErrorCode.Silent;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or FrameException or ObjectDisposedException)
        {
            // As for the server, which sees no difference between a program that was killed and a cable that was cut.
        }

        return ErrorCode.Silent;
    }

    private void OfConnection(in ReceivedFrame frame)
    {
        // Whether the server still answers is the keeper's affair.
        if (frame.Envelope.Type == "ping" && MessageCodec.Decode("ping", frame.Header.Span) is PingMessage ping)
            Send(MessageCodec.Encode(new PongMessage { Id = ping.Id }));
        else if (frame.Envelope.Type == "delivered")
            _link.Post(frame.Header.Span);
    }

    // False if the kept connection has no room for another channel.
    private async ValueTask<bool> ToServerAsync(ReceivedFrame frame, WriteSlot slot)
    {
        uint own = frame.Envelope.Channel;
        if (frame.Envelope.Type == "open")
        {
            bool isOpen = _channels.TryOpen(this, own, _link.MaxChannels, number => Request(frame, number));
            _ = _link.ProbeAsync();
            return isOpen;
        }

        // A frame may follow the end of its channel.
        if (_channels.NumberOf(this, own) is not { } known)
            return true;
        if (frame.Envelope.Type == "error")
            _channels.Close(known);
        if (frame.Body.Length == 0)
        {
            Post(frame, known);
            return true;
        }

        slot.Header.Clear();
        RenumberedHeader.Append(frame.Header.Span, known, slot.Header);
        await _link.WriteAsync(slot, frame.Body.Memory).ConfigureAwait(false);
        return true;
    }

    private void Post(in ReceivedFrame frame, uint number) => _link.Post(Renumbered(frame, number));

    private void Request(in ReceivedFrame frame, uint number)
    {
        _link.Expect(number);
        PostLater(frame, number);
    }

    private void PostLater(in ReceivedFrame frame, uint number) => _link.PostLater(Renumbered(frame, number));

    private static ReadOnlySpan<byte> Renumbered(in ReceivedFrame frame, uint number)
    {
        var header = new FrameBuffer(frame.Header.Length + Room);
        RenumberedHeader.Append(frame.Header.Span, number, header);
        return header.Memory.Span;
    }

    private async Task WriteAllAsync()
    {
        try
        {
            var gathered = new FrameBuffer(initialCapacity: 512);
            while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                while (gathered.Length < GatherUpTo && _waiting.Reader.TryRead(out (FrameBuffer Header, PooledBytes Body) frame))
                    await GatherAsync(gathered, frame.Header, frame.Body).ConfigureAwait(false);
                await FlushAsync(gathered).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The reader learns it as well.
        }

        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out (FrameBuffer Header, PooledBytes Body) unread))
            unread.Body.Dispose();
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask GatherAsync(FrameBuffer gathered, FrameBuffer header, PooledBytes body)
    {
        using (body)
        {
            gathered.Append(header.Memory.Span);
            if (body.Length <= CopyUpTo)
            {
                gathered.Append(body.Memory.Span);
                return;
            }

            await FlushAsync(gathered).ConfigureAwait(false);
            await _stream.WriteAsync(body.Memory).ConfigureAwait(false);
        }
    }

    private async ValueTask FlushAsync(FrameBuffer gathered)
    {
        if (gathered.Length > 0)
            await _stream.WriteAsync(gathered.Memory).ConfigureAwait(false);
        gathered.Clear();
    }
}
