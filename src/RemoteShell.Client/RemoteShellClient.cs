using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client;

/// <summary>A connection to one server, on which any number of commands run at once. When it is lost it is made anew, and they go on.</summary>
public sealed class RemoteShellClient : IAsyncDisposable
{
    private readonly ClientOptions _options;
    private readonly Identity? _identity;
    private readonly ReconnectingConnection _link;

    private RemoteShellClient(ClientOptions options, Identity? identity, ReconnectingConnection link) => (_options, _identity, _link) = (options, identity, link);

    /// <summary>Whether there is a connection at this moment.</summary>
    public bool IsConnected => _link.IsConnected;

    /// <summary>Reaches the server. This client's key is made where there is none yet.</summary>
    /// <exception cref="ConnectException">Nobody answers, or nobody who speaks this protocol.</exception>
    /// <exception cref="HostKeyException">The server's key is not trusted.</exception>
    /// <exception cref="PrivateFileException">This client's own files are open to others, or damaged.</exception>
    public static async Task<RemoteShellClient> ConnectAsync(ClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var identity = Identity.LoadOrCreate(options.IdentityFile);
        try
        {
            SecureStream secure = await Dialer.DialAsync(options, identity, cancellationToken).ConfigureAwait(false);
            return new(options, identity, new ReconnectingConnection(options, secure.Stream, async token => (await Dialer.DialAsync(options, identity, token).ConfigureAwait(false)).Stream));
        }
        catch
        {
            identity.Dispose();
            throw;
        }
    }

    /// <summary>Starts a command. Its output goes to the streams as it comes; <see cref="RemoteJob.Completion"/> is its result.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="streams">Where its output goes and its input comes from.</param>
    /// <param name="cancellationToken">Ends the command, and the waiting for it.</param>
    /// <exception cref="RequestRefusedException">The server does not run it.</exception>
    /// <exception cref="ConnectionException">The client is not authorized.</exception>
    public Task<RemoteJob> StartAsync(RemoteCommand command, CommandStreams streams, CancellationToken cancellationToken = default)
        => Requests.ExecCall.StartAsync(_link, _options.User, command, streams, cancellationToken);

    /// <summary>Starts a command that lives without this client and without the server, and returns its job's id.</summary>
    /// <exception cref="CommandNotStartedException">There is no such program or folder.</exception>
    /// <exception cref="RequestRefusedException">The server does not run it.</exception>
    public Task<string> DetachAsync(RemoteCommand command, CancellationToken cancellationToken = default)
        => Requests.ExecCall.DetachAsync(_link, _options.User, command, cancellationToken);

    /// <summary>Looks on at a job to its end.</summary>
    /// <param name="job">Its id, or a beginning that only it has.</param>
    /// <param name="from">The offset at which each stream begins; one that is not named begins with what is written from now on.</param>
    /// <param name="streams">Where its output goes.</param>
    /// <param name="cancellationToken">Ends the looking on; the job goes on.</param>
    public Task<RemoteJob> AttachAsync(string job, IReadOnlyDictionary<string, long>? from, CommandStreams streams, CancellationToken cancellationToken = default)
        => Requests.AttachCall.StartAsync(_link, job, from, streams, terminal: null, cancellationToken);

    /// <summary>Goes on with a job that has a terminal, in place of whoever had it: its last screens come first, and what is given is typed. A job without one is looked on at.</summary>
    /// <param name="job">Its id, or a beginning that only it has.</param>
    /// <param name="terminal">This side's terminal.</param>
    /// <param name="streams">Where its output goes, and its input comes from.</param>
    /// <param name="cancellationToken">Leaves the job, which goes on.</param>
    public Task<RemoteJob> TakeOverAsync(string job, TerminalRequest terminal, CommandStreams streams, CancellationToken cancellationToken = default)
        => Requests.AttachCall.StartAsync(_link, job, from: null, streams, terminal, cancellationToken);

    /// <summary>Reads what a job has written; returns which bytes those were.</summary>
    public Task<IReadOnlyDictionary<string, LogRange>> ReadLogsAsync(string job, LogSelection selection, CommandStreams streams, CancellationToken cancellationToken = default)
        => Requests.LogsCall.ReadAsync(_link, selection.ToMessage(job), streams, cancellationToken);

    /// <summary>Lists this key's jobs, the oldest first.</summary>
    /// <param name="filter"><c>all</c>, or <c>running</c>, or null for those that run and those whose result nobody has.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<IReadOnlyList<JobEntry>> ListJobsAsync(string? filter = null, CancellationToken cancellationToken = default)
        => Requests.JobsCall.ListAsync(_link, filter, cancellationToken);

    /// <summary>Waits for a job's end.</summary>
    public Task<CommandResult> WaitAsync(string job, CancellationToken cancellationToken = default) => Requests.WaitCall.ForAsync(_link, job, cancellationToken);

    /// <summary>Ends a job's whole process group, with TERM and after a grace KILL, and waits for that.</summary>
    public Task<CommandResult> KillAsync(string job, CancellationToken cancellationToken = default) => Requests.KillCall.EndAsync(_link, job, cancellationToken);

    /// <summary>Sends a signal, without SIG, to a job's process group.</summary>
    public Task SignalAsync(string job, string signal, CancellationToken cancellationToken = default) => Requests.KillCall.SignalAsync(_link, job, signal, cancellationToken);

    /// <summary>Has a job forgotten that has ended, with what it wrote.</summary>
    public Task ForgetAsync(string job, CancellationToken cancellationToken = default) => Requests.RmCall.ForgetAsync(_link, job, cancellationToken);

    /// <summary>Asks the server whether it is there, through TLS and frames.</summary>
    /// <exception cref="ConnectionException">The connection ended before the answer.</exception>
    public Task<RoundTrip> PingAsync(CancellationToken cancellationToken = default) => _link.PingAsync(cancellationToken);

    /// <summary>Lists who is connected to the server, the oldest first, each as far as this key may see it.</summary>
    public Task<IReadOnlyList<ConnectionEntry>> WhoAsync(CancellationToken cancellationToken = default) => Requests.WhoCall.ListAsync(_link, cancellationToken);

    /// <summary>Joins a room, and talks there until what is said ends. What is said and heard goes on over connections that are lost.</summary>
    /// <exception cref="RequestRefusedException">This key may not chat there; or it read so slowly that it was dropped.</exception>
    public Task ChatAsync(ChatOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Requests.ChatCall.TalkAsync(_link, options, cancellationToken);
    }

    /// <summary>Shows a line to everybody else who is connected; returns the names of those who were told, one for each connection.</summary>
    public Task<IReadOnlyList<string>> NotifyAsync(string text, CancellationToken cancellationToken = default) => Requests.NotifyCall.ShowAsync(_link, text, cancellationToken);

    /// <summary>Asks how a word of a prompt may go on: each answer is a whole word.</summary>
    /// <param name="text">The beginning of the word.</param>
    /// <param name="isCommand">Whether it is a command's name.</param>
    /// <param name="folder">The folder from which relative paths count; null: the user's home.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<IReadOnlyList<string>> CompleteAsync(string text, bool isCommand, string? folder, CancellationToken cancellationToken = default)
        => Requests.CompleteCall.AskAsync(_link, new() { Text = text, Command = isCommand, Cwd = folder }, cancellationToken);

    /// <summary>Fetches a file into a stream; what the task returns was verified to the last byte.</summary>
    /// <param name="path">The file; a relative path counts from the user's home there.</param>
    /// <param name="target">Called once with what the server says of the file; gives the stream to write to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RequestRefusedException">There is no such file, or none that can be sent.</exception>
    /// <exception cref="UnverifiedOutputException">What came is not the file.</exception>
    public Task<RemoteFile> GetAsync(string path, Func<RemoteFile, Stream> target, CancellationToken cancellationToken = default)
        => Requests.GetCall.FetchAsync(_link, _options.User, path, _options.FileDigest, target, cancellationToken);

    /// <summary>Says goodbye and closes. Commands that still run are ended by the server, but for detached ones.</summary>
    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync().ConfigureAwait(false);
        _identity?.Dispose();
    }

    // Over streams of the caller's making, without TLS: for tests that cut them where they like.
    internal static async Task<RemoteShellClient> OverAsync(ClientOptions options, Func<CancellationToken, Task<Stream>> dial)
        => new(options, null, new ReconnectingConnection(options, await dial(CancellationToken.None).ConfigureAwait(false), dial));
}
