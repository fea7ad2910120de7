using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;
using Message = RemoteShell.Protocol.Messages.Exec;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>exec</c>: opens the channel, moves the streams, and believes the result only when all of them proved right.</summary>
internal sealed class Exec
{
    // What a prompt's line leaves behind is an environment; Linux gives one 2 MiB at most.
    private const int MaxSession = 4 * 1024 * 1024;

    private readonly Channel _channel;
    private readonly Message _message;
    private readonly CommandStreams _streams;
    private readonly MemoryStream? _session;
    private readonly List<IncomingStream> _outputs = [];
    private readonly CancellationTokenSource _done = new();
    private volatile bool _isAnswered;

    private Exec(Connection connection, Message message, CommandStreams streams, bool isLine)
    {
        (_message, _streams) = (message, streams);
        _session = isLine ? new() : null;
        _channel = connection.Open(message, channel =>
        {
            _outputs.Add(channel.AddIncoming("stdout", message.Window, message.Digest));
            _outputs.Add(channel.AddIncoming("stderr", message.Window, message.Digest));
            if (isLine)
                _outputs.Add(channel.AddIncoming("session", message.Window, message.Digest));
        });
    }

    public static async Task<RemoteJob> StartAsync(Connection connection, string? user, RemoteCommand command, CommandStreams streams, CancellationToken cancellationToken)
    {
        Message message = command.ToMessage(user, withInput: streams.Input is not null);
        int size = MessageCodec.Encode(message).Length;
        if (size > FrameLimits.Default.MaxHeader - 64)
            throw new RequestRefusedException(ErrorCode.BadRequest, $"the command is too long: with its variables it takes {size} bytes as JSON, and {FrameLimits.Default.MaxHeader} can be sent") { Cure = "put it into a file there, or send it by standard input: rsh-client run -i HOST sh < FILE" };

        var exec = new Exec(connection, message, streams, command.IsLine);
        try
        {
            return await exec.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            exec.Abandon("the client gave up");
            throw;
        }
    }

    private async Task<RemoteJob> StartAsync(CancellationToken cancellationToken)
    {
        switch (await _channel.ReceiveAsync(cancellationToken).ConfigureAwait(false))
        {
            case Opened opened:
                return new(_channel, _message.Job, RunAsync(opened, cancellationToken));
            case Refused refused:
                _isAnswered = true;
                throw new RequestRefusedException(refused);
            case var other:
                throw new UnverifiedOutputException($"the server answered with '{other.Type}' where it must say whether the command runs");
        }
    }

    private async Task<CommandResult> RunAsync(Opened opened, CancellationToken cancellationToken)
    {
        try
        {
            // Each on a thread of its own choice: a target that blocks holds up nobody else.
            List<Task> copies =
            [
                Task.Run(() => _outputs[0].CopyToAsync(_streams.Output, cancellationToken), CancellationToken.None),
                Task.Run(() => _outputs[1].CopyToAsync(_streams.Error, cancellationToken), CancellationToken.None),
            ];
            if (_session is not null)
                copies.Add(CollectAsync(_outputs[2], _session, cancellationToken));
            if (_streams.Input is { } input)
                _ = FeedAsync(input, _channel.AddOutgoing("stdin", opened.Window, _message.Digest));

            // A target that cannot be written to ends the command at once: nobody would see the rest.
            Task<Result> result = ReceiveResultAsync(cancellationToken);
            await foreach (Task copy in Task.WhenEach(copies).ConfigureAwait(false))
                await copy.ConfigureAwait(false);
            return Verified(await result.ConfigureAwait(false));
        }
        catch (ChannelException e)
        {
            throw new UnverifiedOutputException($"the output could not be verified: {e.Message}", e) { Cure = e.Cure };
        }
        finally
        {
            Abandon("the client is done");
            await _done.CancelAsync().ConfigureAwait(false);
        }
    }

    private static async Task CollectAsync(IncomingStream stream, MemoryStream target, CancellationToken cancellationToken)
    {
        while (await stream.ReadAsync(cancellationToken).ConfigureAwait(false) is { Length: > 0 } block)
        {
            if (target.Length + block.Length > MaxSession)
                throw new UnverifiedOutputException($"the line left more than {MaxSession} bytes of variables behind");
            target.Write(block.Memory.Span);
            stream.Return(block);
        }
    }

    private async Task<Result> ReceiveResultAsync(CancellationToken cancellationToken)
    {
        if (await _channel.ReceiveAsync(cancellationToken).ConfigureAwait(false) is not Result result)
            throw new UnverifiedOutputException("the server sent another message where the result must come");
        _isAnswered = true;
        return result;
    }

    // The digests of the streams' ends were checked as they came; the result must tell the same story.
    private CommandResult Verified(Result result)
    {
        foreach (IncomingStream stream in _outputs)
            if (!result.Streams.TryGetValue(stream.Name, out StreamTotal? total) || total != stream.Taken)
                throw new UnverifiedOutputException($"{stream.Name} is not what the result says: {stream.Taken.Total} bytes came, {total?.Total ?? 0} were announced");
        return new()
        {
            JobId = _message.Job,
            Outcome = result.Outcome,
            ExitCode = result.Code,
            Signal = result.Signal,
            Reason = result.Reason,
            Streams = result.Streams,
            Duration = TimeSpan.FromMilliseconds(result.Duration),
            Usage = result.Usage,
            Held = result.Held ?? [],
            Session = _session is { Length: > 0 } ? MessageCodec.DecodeSession(_session.ToArray()) : null,
        };
    }

    private async Task FeedAsync(Stream input, OutgoingStream stdin)
    {
        using PooledBytes buffer = PooledBytes.Rent(64 * 1024);
        try
        {
            while (await ReadAsync(input, buffer.Memory).ConfigureAwait(false) is > 0 and int count)
                await stdin.WriteAsync(buffer.Memory[..count], _done.Token).ConfigureAwait(false);
            stdin.End();
        }
        catch (OperationCanceledException)
        {
            // The command has ended and reads no more.
        }
        catch (Exception e) when (e is RemoteShellException or IOException)
        {
            // Told by the output's end.
        }
    }

    // Input that cannot be read is not input that ends: the command must not take it for that.
    private async ValueTask<int> ReadAsync(Stream input, Memory<byte> buffer)
    {
        try
        {
            return await input.ReadAsync(buffer, _done.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            var reason = new CloseReason(ErrorCode.Internal, $"standard input cannot be read: {e.Message}");
            _channel.Fail(reason);
            throw new ChannelException(reason, e);
        }
    }

    // The peer is told where the channel has not ended yet; the server then ends the command.
    private void Abandon(string reason)
    {
        if (!_isAnswered)
            _channel.Fail(new(CloseReason.Goodbye, reason));
        _ = _channel.DisposeAsync();
    }
}
