using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Forwarding;

/// <summary>Listens at the server, and carries each connection to a target of this machine. It also forwards an agent.</summary>
/// <remarks>
/// When the connection to the server is lost, the server goes on listening, and connections go on at the exact byte. If the server was away
/// for too long, or was started again, it listens again at the same address; except for an agent, whose path would be another one.
/// Disposing it ends the listening and all connections.
/// </remarks>
public sealed class RemoteForwarder : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // How long disposing waits until the server has closed the port.
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(1);

    private readonly RemoteShellClient _client;
    private readonly ForwardTarget _target;
    private readonly ForwardingOptions _options;
    private readonly ConnectionCarrier _carrier;
    private readonly CancellationTokenSource _closed = new();
    private readonly CarriedConnections _connections = new();
    private Task _listening = Task.CompletedTask;
    private RemoteListen _listen;

    // The listening that has begun last.
    private volatile RemoteJob? _job;
    private volatile bool _isEnding;

    private RemoteForwarder(RemoteShellClient client, RemoteListen listen, ForwardTarget target, ForwardingOptions options)
    {
        // When the forwarder ends, the server ends its connections in any order. These are not failures.
        _options = options with { Failed = text => Tell(options.Failed, text) };
        (_client, _listen, _target, _carrier) = (client, listen, target, new(client, _options));
    }

    /// <summary>Where the server listens: the address, with the port that it has chosen if 0 was asked for, or the path.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The port on which the server listens; null for a unix socket.</summary>
    public int? Port => _listen.Port is null ? null : IPEndPoint.Parse(Address).Port;

    /// <summary>Starts to listen at the server.</summary>
    /// <param name="client">The connection to the server. It must outlive this forwarder.</param>
    /// <param name="listen">Where the server listens; <see cref="RemoteListen.Agent"/> to forward an agent.</param>
    /// <param name="target">The target at this machine; for an agent, the socket that SSH_AUTH_SOCK names.</param>
    /// <param name="options">What happens while the connection to the server is lost, and who learns of failures.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="RequestRefusedException">The server does not permit it.</exception>
    /// <exception cref="CommandNotStartedException">The server cannot listen there, for example because the address is in use.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The server's answer is invalid.</exception>
    /// <exception cref="ConnectFailedException">The connection was lost, and the client could not reconnect.</exception>
    /// <exception cref="ConnectionLostException">The server ended the connection.</exception>
    public static async Task<RemoteForwarder> StartAsync(
        RemoteShellClient client,
        RemoteListen listen,
        ForwardTarget target,
        ForwardingOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        var forwarder = new RemoteForwarder(client, listen, target, options);
        try
        {
            await using (cancellationToken.UnsafeRegister(_ => forwarder._closed.Cancel(), null).ConfigureAwait(false))
                forwarder._listening = forwarder.KeepListeningAsync(await forwarder.ListenAsync().ConfigureAwait(false));
            return forwarder;
        }
        catch
        {
            await forwarder.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends the listening, and all connections.</summary>
    /// <remarks>The server has closed the port when this returns, unless it does not answer within a second.</remarks>
    public async ValueTask DisposeAsync()
    {
        _isEnding = true;
        await EndListeningAsync().ConfigureAwait(false);
        await _closed.CancelAsync().ConfigureAwait(false);
        await _listening.ConfigureAwait(false);
        await _connections.EndedAsync().ConfigureAwait(false);
        _closed.Dispose();
    }

    private void Tell(Action<string>? failed, string text)
    {
        if (!_isEnding)
            failed?.Invoke(text);
    }

    private async Task EndListeningAsync()
    {
        if (_job is not { Completion.IsCompleted: false } job)
            return;
        using var late = new CancellationTokenSource(EndTime);
        try
        {
            await _client.KillAsync(job.Id, late.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RemoteShellException or OperationCanceledException)
        {
            // There is no connection, or the listening has ended by itself. The server ends what is left when the request is cancelled.
        }
    }

    // Returns when the server listens.
    private async Task<RemoteJob> ListenAsync()
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var streams = new CommandStreams { Output = new ListenOutput(entry => Receive(entry, listening)) };
        RemoteCommand command = RemoteCommand.Listen(_listen).WithDisconnectPolicy(_options.OnDisconnect);
        RemoteJob job = await _client.StartAsync(command, streams, _closed.Token).ConfigureAwait(false);
        if (await Task.WhenAny(listening.Task, job.Completion).ConfigureAwait(false) == job.Completion)
        {
            CommandResult result = await job.Completion.ConfigureAwait(false);
            throw new UnverifiedOutputException($"the server ended the listening at once: {result.Reason ?? result.OutcomeName}");
        }

        _job = job;
        return job;
    }

    private void Receive(ListenEntry entry, TaskCompletionSource listening)
    {
        if (entry.Listening is { } address)
        {
            if (_listen.Port is not null && !IPEndPoint.TryParse(address, out _))
                throw new UnverifiedOutputException("the server does not say on which address it listens");
            Address = address;
            listening.TrySetResult();
        }
        else
        {
            _connections.Add(CarryAsync(entry.Accepted!, entry.Peer ?? ""));
        }
    }

    private async Task KeepListeningAsync(RemoteJob job)
    {
        // The same port from now on, also if the server had chosen it.
        if (Port is { } port)
            _listen = _listen.WithPort(port);
        try
        {
            while (true)
            {
                string reason = await EndOfAsync(job).ConfigureAwait(false);
                if (_isEnding)
                    return;
                _options.Failed?.Invoke($"{Address}: the server does not listen any more: {reason}");
                if (_listen.IsAgent)
                    return;
                job = await ListenAgainAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The forwarder is closed.
        }
    }

    private static async Task<string> EndOfAsync(RemoteJob job)
    {
        try
        {
            CommandResult result = await job.Completion.ConfigureAwait(false);
            return result.Reason ?? result.OutcomeName;
        }
        catch (RemoteShellException e)
        {
            return e.Message;
        }
    }

    private async Task<RemoteJob> ListenAgainAsync()
    {
        string said = "";
        for (TimeSpan pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            await Task.Delay(pause, _closed.Token).ConfigureAwait(false);
            try
            {
                return await ListenAsync().ConfigureAwait(false);
            }
            catch (RemoteShellException e)
            {
                if (said != e.Message)
                    _options.Failed?.Invoke($"{Address}: {e.Message}");
                said = e.Message;
            }
        }
    }

    private async Task CarryAsync(string id, string peer)
    {
        string name = peer.Length > 0 ? $"{Address} from {peer}" : Address;
        RemoteCommand command = RemoteCommand.ConnectAccepted(id);
        Socket? local = await TryConnectAsync(name).ConfigureAwait(false);
        if (local is null)
            await ResetAsync(command, name).ConfigureAwait(false);
        else
            await _carrier.CarryAsync(local, command, name, _closed.Token).ConfigureAwait(false);
    }

    private async Task<Socket?> TryConnectAsync(string name)
    {
        Socket socket = _target.Path is null
            ? new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (_target.Path is { } path)
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), _closed.Token).ConfigureAwait(false);
            else
                await socket.ConnectAsync(_target.Host!, _target.Port, _closed.Token).ConfigureAwait(false);
            return socket;
        }
        catch (Exception e) when (e is SocketException or ArgumentException or OperationCanceledException)
        {
            // The target may have accepted the connection already.
            socket.Close(0);
            if (!_closed.IsCancellationRequested)
                _options.Failed?.Invoke($"{name}: cannot connect to {_target}: {e.Message}");
            return null;
        }
    }

    // Takes the connection, and leaves it: so the server resets it.
    private async Task ResetAsync(RemoteCommand command, string name)
    {
        var nothing = new Pipe();
        try
        {
            var streams = new CommandStreams { Input = nothing.Reader.AsStream() };
            RemoteJob job = await _client.StartAsync(command, streams, _closed.Token).ConfigureAwait(false);
            await job.DisposeAsync().ConfigureAwait(false);
        }
        catch (RemoteShellException e)
        {
            _options.Failed?.Invoke($"{name}: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            // The forwarder is closed, and the server resets the connections that wait.
        }
    }
}
