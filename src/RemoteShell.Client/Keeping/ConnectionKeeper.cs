using System.Net.Sockets;
using RemoteShell.Client.Sharing;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Keeping;

/// <summary>Keeps one authenticated connection, and lets this user's other programs use it through a socket.</summary>
/// <remarks>
/// Each program has channels of its own on the connection. Frames are passed on as they are, so what they carry stays verified from end to
/// end. Programs take turns, frame by frame. See <see cref="SharedConnection"/> for the other side.
/// </remarks>
public sealed class ConnectionKeeper
{
    // A server that refuses is not asked again by the keeper of every further command.
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(10);

    // How long a program may take to read what has arrived for it before the connection ended.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(30);

    private const int Backlog = 128;

    private readonly KeptLink _link;
    private readonly string _socket;
    private readonly TimeSpan _unusedTime;
    private readonly SharedChannels _channels = new();
    private readonly CancellationTokenSource _unused = new();
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Dictionary<SharingProgram, Task> _programs = [];

    private ConnectionKeeper(KeptLink link, string socket, TimeSpan unusedTime)
        => (_link, _socket, _unusedTime) = (link, socket, unusedTime);

    /// <summary>Keeps a connection until it is lost, or no program has used it for a time.</summary>
    /// <remarks>Returns at once if another process keeps one at this socket.</remarks>
    /// <param name="options">The server. Its key must be known or pinned: this process cannot ask a user.</param>
    /// <param name="socket">Where programs find the connection; its folder is made private.</param>
    /// <param name="unusedTime">How long the connection is kept without a program.</param>
    /// <param name="cancellationToken">Ends the connection.</param>
    /// <exception cref="RemoteShellException">The server cannot be reached, or does not accept this client.</exception>
    public static async Task RunAsync(ClientOptions options, string socket, TimeSpan unusedTime, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        using KeeperLock? right = KeeperLock.TryTake(socket);
        if (right is null)
            return;
        try
        {
            KeptLink link = await KeptLink.OpenAsync(options, cancellationToken).ConfigureAwait(false);
            await using (link.ConfigureAwait(false))
                await new ConnectionKeeper(link, socket, unusedTime).ServeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteShellException)
        {
            await Task.Delay(FailurePause, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _link.Ended, _unused.Token);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        // It has its name only when it listens: a program that finds it is not refused. A short name, as the paths of sockets are limited.
        string unnamed = Path.Combine(Path.GetDirectoryName(_socket)!, $".{Environment.ProcessId}");
        File.Delete(unnamed);
        listener.Bind(new UnixDomainSocketEndPoint(unnamed));
        listener.Listen(Backlog);
        // In place of one that was left by a keeper that was killed: this process has the lock.
        File.Move(unnamed, _socket, overwrite: true);
        _unused.CancelAfter(_unusedTime);
        Task delivering = DeliverAllAsync(), keepingAlive = _link.KeepAliveAsync();
        try
        {
            while (true)
                Admit(await listener.AcceptAsync(over.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The connection is lost or not used any more.
        }

        // A program that has connected to the socket but is not accepted gets no hello. It makes its own connection.
        File.Delete(_socket);
        SharingProgram[] programs = Programs();
        // Programs go on with connections of their own, so for the server this one is lost, and what runs on it continues.
        if (programs.Length == 0)
            await _link.LeaveAsync().ConfigureAwait(false);
        else
            _link.End();
        await Task.WhenAll(delivering, keepingAlive).ConfigureAwait(false);
        foreach (SharingProgram program in programs)
            await program.End().ConfigureAwait(false);
        // A program that reads slowly still gets what has arrived for it.
        await Task.WhenAll(Running()).WaitAsync(LastWords, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Admit(Socket socket)
    {
        var program = new SharingProgram(socket, _link, _channels);
        _unused.CancelAfter(Timeout.InfiniteTimeSpan);
        lock (_gate)
            _programs.Add(program, Task.CompletedTask);
        Task serving = ServeAsync(program);
        lock (_gate)
        {
            if (_programs.ContainsKey(program))
                _programs[program] = serving;
        }
    }

    private async Task ServeAsync(SharingProgram program)
    {
        try
        {
            await program.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            await program.DisposeAsync().ConfigureAwait(false);
            lock (_gate)
            {
                _programs.Remove(program);
                if (_programs.Count == 0)
                    _unused.CancelAfter(_unusedTime);
            }
        }
    }

    private async Task DeliverAllAsync()
    {
        try
        {
            while (await _link.ReadAsync().ConfigureAwait(false) is { } frame)
            {
                if (frame.Envelope.Channel != 0)
                    Deliver(frame);
                else
                    Announce(frame);
            }
        }
        catch (FrameException)
        {
            // The server sent what no program can use: each meets it on a connection of its own.
            _link.End();
        }
    }

    // A notice, a goodbye, the idle timeout and the administrator's verdict are for all programs. Any other error may be one program's
    // fault: the others go on with connections of their own.
    private void Announce(in ReceivedFrame frame)
    {
        frame.Body.Dispose();
        bool isError = frame.Envelope.Type == "error";
        if (!isError || MessageCodec.Decode("error", frame.Header.Span) is ErrorMessage { Code: ErrorCode.Disconnected or ErrorCode.Idle })
        {
            foreach (SharingProgram program in Programs())
                program.Send(frame.Header.Span);
        }

        if (isError || frame.Envelope.Type == "goodbye")
            _link.End();
    }

    private void Deliver(in ReceivedFrame frame)
    {
        uint number = frame.Envelope.Channel;
        // Frames may follow the end of their channel.
        if (_channels.OwnerOf(number) is not { } owner)
        {
            frame.Body.Dispose();
            return;
        }

        if (IsLast(frame))
            _channels.Close(number);
        owner.Program.Send(frame.Header.Span, owner.Own, frame.Body);
    }

    private static bool IsLast(in ReceivedFrame frame) => frame.Envelope.Type switch
    {
        "result" or "refused" or "error" => true,
        "opened" => MessageCodec.Decode("opened", frame.Header.Span) is OpenedMessage { Detached: true },
        _ => false,
    };

    private SharingProgram[] Programs()
    {
        lock (_gate)
            return [.. _programs.Keys];
    }

    private Task[] Running()
    {
        lock (_gate)
            return [.. _programs.Values];
    }
}
