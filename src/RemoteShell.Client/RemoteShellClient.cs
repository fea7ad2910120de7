using RemoteShell.Client.Requests;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client;

/// <summary>A connection to one server, on which any number of commands run at once.</summary>
public sealed class RemoteShellClient : IAsyncDisposable
{
    private readonly ClientOptions _options;
    private readonly Connection _connection;

    private RemoteShellClient(ClientOptions options, SecureStream secure)
    {
        _options = options;
        ServerKey = secure.Peer!;
        _connection = Connection.StartClient(secure.Stream, options.Connection, new() { Noticed = options.Noticed });
    }

    /// <summary>The key that the server proved to hold.</summary>
    public PublicKey ServerKey { get; }

    /// <summary>Cancelled once the connection has ended.</summary>
    public CancellationToken Ended => _connection.Ended;

    /// <summary>Reaches the server. This client's key is made where there is none yet.</summary>
    /// <exception cref="ConnectException">Nobody answers, or nobody who speaks this protocol.</exception>
    /// <exception cref="Trust.HostKeyException">The server's key is not trusted.</exception>
    /// <exception cref="PrivateFileException">This client's own files are open to others, or damaged.</exception>
    public static async Task<RemoteShellClient> ConnectAsync(ClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var identity = Identity.LoadOrCreate(options.IdentityFile);
        SecureStream secure = await Dialer.DialAsync(options, identity, cancellationToken).ConfigureAwait(false);
        return new(options, secure);
    }

    /// <summary>Starts a command. Its output goes to the streams as it comes; <see cref="RemoteJob.Completion"/> is its result.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="streams">Where its output goes and its input comes from.</param>
    /// <param name="cancellationToken">Ends the command, and the waiting for it.</param>
    /// <exception cref="RequestRefusedException">The server does not run it.</exception>
    /// <exception cref="ConnectionException">The connection ended, or the client is not authorized.</exception>
    public Task<RemoteJob> StartAsync(RemoteCommand command, CommandStreams streams, CancellationToken cancellationToken = default)
        => Exec.StartAsync(_connection, _options.User, command, streams, cancellationToken);

    /// <summary>Fetches a file into a stream; what the task returns was verified to the last byte.</summary>
    /// <param name="path">The file; a relative path counts from the user's home there.</param>
    /// <param name="target">Called once with what the server says of the file; gives the stream to write to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RequestRefusedException">There is no such file, or none that can be sent.</exception>
    /// <exception cref="UnverifiedOutputException">What came is not the file.</exception>
    public Task<RemoteFile> GetAsync(string path, Func<RemoteFile, Stream> target, CancellationToken cancellationToken = default)
        => Get.FetchAsync(_connection, _options.User, path, target, cancellationToken);

    /// <summary>Says goodbye and closes. Commands that still run are ended by the server.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
