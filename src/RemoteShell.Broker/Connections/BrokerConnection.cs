using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace RemoteShell.Broker.Connections;

/// <summary>A connection to a broker. It reconnects by itself; messages of the time between are lost.</summary>
public sealed class BrokerConnection : IAsyncDisposable
{
    // The windows of the tunnels bound what waits in a subscription; this only keeps the reader of the socket from dropping messages.
    private const int Pending = 65536;

    // Between attempts to connect for the first time: doubled each time.
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(16);

    private readonly NatsConnection _nats;
    private readonly ILogger _log;

    private TaskCompletionSource _return = NewReturn();

    private BrokerConnection(NatsConnection nats, BrokerOptions options, ILogger log) => (_nats, Options, _log) = (nats, options, log);

    /// <summary>The options of the connection.</summary>
    public BrokerOptions Options { get; }

    /// <summary>Happens when the connection is lost.</summary>
    public event Action? Lost;

    /// <summary>Happens when the connection was made again.</summary>
    public event Action? Connected;

    /// <summary>Ends when the connection is made the next time.</summary>
    internal Task Return => _return.Task;

    internal NatsConnection Nats => _nats;

    /// <summary>Connects.</summary>
    /// <param name="options">Which broker to use, and how to log in.</param>
    /// <param name="patience">Whether to go on trying while the broker cannot be reached.</param>
    /// <param name="log">Receives what becomes of the connection.</param>
    /// <param name="cancellationToken">Stops the trying.</param>
    /// <exception cref="BrokerException">The broker cannot be reached, or does not accept the credentials.</exception>
    /// <exception cref="Protocol.Transport.PrivateFileException">Others can read the file with the credentials.</exception>
    public static async Task<BrokerConnection> ConnectAsync(
        BrokerOptions options, BrokerPatience patience, ILogger log, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        RequireNoPassword(options.Url);
        Authorities.Require(options.AuthoritiesFile);
        var nats = new NatsConnection(NatsOpts.Default with
        {
            Url = options.Url,
            Name = options.Name,
            AuthOpts = Credentials.Read(options.CredentialsFile),
            TlsOpts = options.AuthoritiesFile is { } file ? NatsTlsOpts.Default with { CaFile = file } : NatsTlsOpts.Default,
            InboxPrefix = options.InboxPrefix,
            ConnectTimeout = options.ConnectTimeout,
            MaxReconnectRetry = -1,
            ReaderBufferSize = options.BufferSize,
            WriterBufferSize = options.BufferSize,
            IgnoreAuthErrorAbort = patience == BrokerPatience.Endless,
            SubPendingChannelCapacity = Pending,
            SubPendingChannelFullMode = System.Threading.Channels.BoundedChannelFullMode.Wait,
            DrainSubscriptionsOnDispose = true,
        });
        var connection = new BrokerConnection(nats, options, log);
        connection.Watch();
        try
        {
            await connection.OpenAsync(patience, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await nats.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Makes the streams for signed requests and their results. Those that exist stay as they are.</summary>
    /// <exception cref="BrokerException">The broker has no JetStream, or does not permit it.</exception>
    public async Task MakeStreamsAsync(CancellationToken cancellationToken = default)
    {
        var context = new NatsJSContext(_nats);
        await BrokerStreams.OpenAsync(context, BrokerStreams.Requests, cancellationToken).ConfigureAwait(false);
        await BrokerStreams.OpenAsync(context, BrokerStreams.Results, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends what waits, and closes the connection.</summary>
    public ValueTask DisposeAsync() => _nats.DisposeAsync();

    internal ValueTask<INatsSub<T>> SubscribeAsync<T>(string subject, INatsDeserialize<T> format, CancellationToken cancellationToken)
        => _nats.SubscribeCoreAsync(subject, serializer: format, cancellationToken: cancellationToken);

    internal ValueTask PublishAsync<T>(
        string subject, T message, INatsSerialize<T> format, CancellationToken cancellationToken, string? replyTo = null)
        => _nats.PublishAsync(subject, message, replyTo: replyTo, serializer: format, cancellationToken: cancellationToken);

    /// <summary>Whether an exception of the NATS client says that the connection cannot be used now.</summary>
    internal static bool IsFailure(Exception e)
        => e is NatsException or ObjectDisposedException or System.Threading.Channels.ChannelClosedException or IOException
            or System.Net.Sockets.SocketException or TimeoutException;

    private async Task OpenAsync(BrokerPatience patience, CancellationToken cancellationToken)
    {
        for (TimeSpan pause = FirstPause; ; pause = pause * 2 < MaxPause ? pause * 2 : MaxPause)
        {
            try
            {
                await _nats.ConnectAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (NatsException e)
            {
                BrokerException failure = Unreachable(Options, e);
                if (patience == BrokerPatience.None)
                    throw failure;
                _log.LogWarning("{Reason}; trying again in {Pause} s", failure.Message, pause.TotalSeconds);
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource NewReturn() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Watch()
    {
        _nats.ConnectionOpened += (_, _) =>
        {
            _log.LogInformation("connected to the broker {Server}", _nats.ServerInfo?.Name);
            Interlocked.Exchange(ref _return, NewReturn()).TrySetResult();
            Connected?.Invoke();
            return default;
        };
        _nats.ConnectionDisconnected += (_, e) =>
        {
            _log.LogWarning("lost the broker: {Reason}", e.Message);
            Lost?.Invoke();
            return default;
        };
        _nats.ReconnectFailed += (_, e) =>
        {
            _log.LogWarning("cannot reach the broker: {Reason}", e.Message);
            return default;
        };
        _nats.ServerError += (_, e) =>
        {
            _log.LogWarning("the broker says: {Reason}", e.Error);
            return default;
        };
        _nats.MessageDropped += (_, e) =>
        {
            _log.LogWarning("dropped a message on {Subject}: {Pending} wait", e.Subject, e.Pending);
            return default;
        };
    }

    private static void RequireNoPassword(string url)
    {
        foreach (string one in url.Split(','))
        {
            if (!Uri.TryCreate(one.Trim(), UriKind.Absolute, out Uri? address)
                || address.Scheme is not ("nats" or "tls" or "ws" or "wss")
                || address.Host.Length == 0)
            {
                throw new BrokerException($"'{one.Trim()}' is not the address of a broker")
                {
                    Hint = "write nats://HOST:4222, or tls://HOST:4222",
                };
            }

            if (address.UserInfo.Length > 0)
            {
                throw new BrokerException("the address of a broker must not hold a password: other users can see it")
                {
                    Hint = "write USER:PASSWORD into a file that only you can read, and name it with --credentials",
                };
            }
        }
    }

    private static BrokerException Unreachable(BrokerOptions options, NatsException e)
    {
        Exception cause = e.InnerException ?? e;
        bool isRefused = cause.Message.Contains("uthorization", StringComparison.Ordinal);
        if (isRefused)
        {
            return new($"the broker {options.Url} does not accept the credentials", e)
            {
                Hint = "name the file of a user of the broker with --credentials",
            };
        }

        return new($"cannot reach the broker {options.Url}: {cause.Message}", e)
        {
            Hint = "check the address, and that nats-server runs",
        };
    }
}
