using System.Diagnostics;
using RemoteShell.Client.Connections;
using RemoteShell.Client.Keys;
using RemoteShell.Client.Options;
using RemoteShell.Client.Requests;
using RemoteShell.Client.Trust;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client;

/// <summary>A connection to one server, on which any number of commands run at once.</summary>
/// <remarks>
/// After a loss the client connects again, and each command continues at the exact byte where it stopped. Every request throws
/// <see cref="ConnectFailedException"/> if no attempt to reconnect succeeded and no job of the request can have started.
/// </remarks>
public sealed class RemoteShellClient : IAsyncDisposable
{
    private static readonly TimeSpan QuickSignature = TimeSpan.FromSeconds(2);

    private readonly ClientOptions _options;
    private readonly Lazy<Identity>? _identity;
    private readonly ReconnectingConnection _link;

    private RemoteShellClient(ClientOptions options, Lazy<Identity>? identity, ReconnectingConnection link)
        => (_options, _identity, _link) = (options, identity, link);

    /// <summary>Whether there is a connection at this moment.</summary>
    public bool IsConnected => _link.IsConnected;

    /// <summary>The fingerprint of the key that counts at the server: this client's own, or that of ssh behind it.</summary>
    /// <remarks>
    /// Null as long as another key may follow, which no request does after the server's first answer. A client with
    /// <see cref="ClientOptions.OnlyKey"/> can go on with the requests of this one.
    /// </remarks>
    public string? KeyInUse => _link.MayChangeKey ? null : _link.KeyOfSsh ?? _identity?.Value.PublicKey.Fingerprint;

    internal string Host => _link.Host;

    /// <summary>Connects to <c>[user@]host[:port]</c> with the default options.</summary>
    /// <param name="destination">The server; an IPv6 address with a port is in brackets. Default port: 7022.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="FormatException">The destination is not an address.</exception>
    /// <exception cref="ConnectFailedException">The server cannot be reached, or is not a RemoteShell server.</exception>
    /// <exception cref="HostKeyException">The server's key is not trusted.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="PrivateFileException">This client's own files can be read or changed by others, or are damaged.</exception>
    public static Task<RemoteShellClient> ConnectAsync(string destination, CancellationToken cancellationToken = default)
        => ConnectAsync(ClientOptions.Parse(destination), cancellationToken);

    /// <summary>Connects to a server. Makes this client's key if it does not exist.</summary>
    /// <param name="options">The server, the key, and how to check the server's key.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="ConnectFailedException">The server cannot be reached, or is not a RemoteShell server.</exception>
    /// <exception cref="HostKeyException">The server's key is not trusted.</exception>
    /// <exception cref="UnauthorizedException">
    /// The server does not accept this client's key, see <see cref="ClientOptions.Authorization"/>.
    /// </exception>
    /// <exception cref="PrivateFileException">This client's own files can be read or changed by others, or are damaged.</exception>
    public static async Task<RemoteShellClient> ConnectAsync(ClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        // Not read for a kept connection: a cryptographic library would be loaded for it.
        var identity = new Lazy<Identity>(() => options switch
        {
            { Identity: { } shared } => shared,
            { IdentityPem: { } pem } => Identity.FromPem(pem),
            _ => Identity.LoadOrCreate(options.IdentityFile),
        });
        ReconnectingConnection? link = null;
        try
        {
            link = await LinkAsync(options, identity, cancellationToken).ConfigureAwait(false);
            if (options.Authorization == AuthorizationCheck.OnConnect)
                await link.AuthorizeAsync(cancellationToken).ConfigureAwait(false);
            return new(options, identity, link);
        }
        catch (Exception e)
        {
            if (link is null)
                ConnectionLog.Create(options.LoggerFactory, options.Host.ToString())?.Failed(e);
            else
                await link.DisposeAsync().ConfigureAwait(false);
            Dispose(options, identity);
            throw;
        }
    }

    /// <summary>Makes a command from a program and its exact arguments, without a shell.</summary>
    public RemoteCommand Command(params IReadOnlyList<string> argv) => RemoteCommand.Exact(argv) with { Client = this };

    /// <summary>Makes a command from a line for the user's shell.</summary>
    public RemoteCommand Shell(string commandLine) => RemoteCommand.Shell(commandLine) with { Client = this };

    /// <summary>Starts a command and returns when the server has accepted it. <see cref="RemoteJob.Completion"/> is its result.</summary>
    /// <param name="command">The command; it need not be bound to a client.</param>
    /// <param name="streams">Where the output goes and the input comes from. They are used instead of the command's own.</param>
    /// <param name="cancellationToken">Ends the command, also after this method has returned.</param>
    /// <exception cref="RequestRefusedException">The server refuses the command.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The server's answer is invalid, or the standard input cannot be read.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public Task<RemoteJob> StartAsync(RemoteCommand command, CommandStreams streams, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(streams);
        ExecRequest request = command.ToMessage(_options.User, withInput: streams.Input is not null);
        return FollowAsync(token => ExecCall.StartAsync(_link, request, command.Acknowledgement, streams, token), cancellationToken);
    }

    /// <summary>Resumes a command that an earlier process has sent, or may have sent. It is never started twice.</summary>
    /// <remarks>
    /// A running command continues at the bytes after those in <paramref name="point"/>, an ended one is collected, and one that the
    /// server never got is started. Totals and digests are of the whole streams. A client that still follows the job gets
    /// <see cref="TakenOverException"/>. A job belongs to one key: a client that may have several has <see cref="ClientOptions.OnlyKey"/>,
    /// the <see cref="KeyInUse"/> of the earlier one, since under another key the command would start a second time.
    /// </remarks>
    /// <param name="command">
    /// The same command with the same <see cref="RemoteCommand.JobId"/>, and with <see cref="Acknowledgement.ByCaller"/> as when it was
    /// started.
    /// </param>
    /// <param name="point">What the earlier process has received.</param>
    /// <param name="streams">
    /// Where the rest of the output goes. The input is the whole one: what the server already has is read and skipped.
    /// </param>
    /// <param name="cancellationToken">Ends the command, also after this method has returned.</param>
    /// <exception cref="ArgumentException">The command has no id, has a terminal, or is acknowledged by the client itself.</exception>
    /// <exception cref="RequestRefusedException">
    /// The server refuses the command. <see cref="Protocol.ErrorCode.Gone"/>: it does not have the next bytes, or does not remember whether
    /// it ran the command.
    /// </exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The server's answer is invalid, or the standard input cannot be read.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public async Task<RemoteJob> ResumeAsync(
        RemoteCommand command, ResumePoint point, CommandStreams streams, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(point);
        ArgumentNullException.ThrowIfNull(streams);
        ArgumentOutOfRangeException.ThrowIfLessThan(point.Age, TimeSpan.Zero);
        if (command.ResumeFault is { } fault)
            throw new ArgumentException(fault, nameof(command));
        ExecRequest request = command.ToMessage(_options.User, withInput: streams.Input is not null);
        ReceivedOutput received = await ReceivedOutput.ReadAsync(point, request.Digest, cancellationToken).ConfigureAwait(false);
        return await FollowAsync(token => ExecCall.ResumeAsync(_link, request, received, streams, token), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Tells the server that a job's result and output are stored, so that it drops them. It does not wait.</summary>
    /// <remarks>See <see cref="RemoteJob.Acknowledge"/>; this is for a job whose result an earlier process has stored.</remarks>
    /// <param name="job">The job's id.</param>
    public void Acknowledge(string job) => _link.PostAside(new DeliveredMessage { Job = job });

    /// <summary>Starts a command without a client: it outlives this client and the server. Returns the job's id.</summary>
    /// <param name="command">The command; its streams are not used.</param>
    /// <param name="cancellationToken">Stops waiting for the answer; the job may run.</param>
    /// <exception cref="CommandNotStartedException">The program or folder does not exist.</exception>
    /// <exception cref="RequestRefusedException">The server refuses the command.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public Task<string> DetachAsync(RemoteCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        ExecRequest request = command.ToMessage(_options.User, withInput: false) with { Detach = true };
        return ExecCall.DetachAsync(_link, request, cancellationToken);
    }

    /// <summary>Attaches to a job as a watcher.</summary>
    /// <param name="job">The job's id, or a prefix that no other job of this key has.</param>
    /// <param name="from">The offset at which each stream begins; a stream that is not named begins with the next byte.</param>
    /// <param name="streams">Where the output goes.</param>
    /// <param name="cancellationToken">Detaches, also after this method has returned; the job continues.</param>
    /// <exception cref="RequestRefusedException">The job does not exist, or its output is no longer there.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The server's answer is invalid.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public Task<RemoteJob> AttachAsync(
        string job, IReadOnlyDictionary<OutputStream, long>? from, CommandStreams streams, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(streams);
        return FollowAsync(token => AttachCall.StartAsync(_link, job, from, streams, Takeover.None, token), cancellationToken);
    }

    /// <summary>Takes over a job that has a terminal: its last screens come first, and this client's input is typed into it.</summary>
    /// <remarks>The client that had the terminal gets <see cref="TakenOverException"/>. A job without a terminal is only watched.</remarks>
    /// <param name="job">The job's id, or a prefix that no other job of this key has.</param>
    /// <param name="terminal">The local terminal.</param>
    /// <param name="streams">Where the output goes and the input comes from.</param>
    /// <param name="cancellationToken">Detaches, also after this method has returned; the job continues.</param>
    /// <exception cref="RequestRefusedException">The job does not exist.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The server's answer is invalid.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public Task<RemoteJob> TakeOverAsync(
        string job, TerminalSettings terminal, CommandStreams streams, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(terminal);
        ArgumentNullException.ThrowIfNull(streams);
        Takeover takeover = Takeover.OfTerminal(terminal);
        return FollowAsync(token => AttachCall.StartAsync(_link, job, from: null, streams, takeover, token), cancellationToken);
    }

    /// <summary>Starts a conversation: a shell at the server that runs lines, and keeps its state between them.</summary>
    /// <param name="options">The kind of the shell, its encoding, and what happens when the client disappears.</param>
    /// <param name="late">Where output goes that processes write after the end of their line.</param>
    /// <param name="cancellationToken">Ends the conversation, also after this method has returned.</param>
    /// <exception cref="RequestRefusedException">The server refuses it.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The server's answer is invalid.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public async Task<RemoteConversation> StartConversationAsync(
        ConversationOptions options, CommandStreams late, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        RemoteJob job = await StartAsync(RemoteCommand.StartConversation(options), late, cancellationToken).ConfigureAwait(false);
        return new(this, _link, job, options.Encoding);
    }

    /// <summary>Takes over a conversation, with the state of its shell.</summary>
    /// <remarks>The client that had it gets <see cref="TakenOverException"/>.</remarks>
    /// <param name="job">The conversation's job, or a prefix that no other job of this key has.</param>
    /// <param name="encoding">The encoding of the conversation's lines; null: UTF-8.</param>
    /// <param name="late">Where output goes that processes write after the end of their line.</param>
    /// <param name="cancellationToken">Leaves the conversation, also after this method has returned; it continues.</param>
    /// <exception cref="RequestRefusedException">The job does not exist, or has ended.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The server's answer is invalid.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public async Task<RemoteConversation> TakeOverConversationAsync(
        string job, string? encoding, CommandStreams late, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(late);
        RemoteJob taken = await FollowAsync(
            token => AttachCall.StartAsync(_link, job, from: null, late, Takeover.OfConversation(), token), cancellationToken)
            .ConfigureAwait(false);
        return new(this, _link, taken, encoding);
    }

    /// <summary>Reads a job's log, and returns the range of each stream that was read.</summary>
    /// <param name="job">The job's id, or a prefix that no other job of this key has.</param>
    /// <param name="selection">The part to read.</param>
    /// <param name="streams">Where the output goes.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="RequestRefusedException">The job does not exist, or its output is no longer there.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The log is damaged or incomplete.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public Task<IReadOnlyDictionary<OutputStream, LogRange>> ReadLogsAsync(
        string job, LogSelection selection, CommandStreams streams, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(streams);
        return LogsCall.ReadAsync(_link, selection.ToMessage(job), streams, cancellationToken);
    }

    /// <summary>Lists the jobs of this client's key, the oldest first.</summary>
    /// <param name="filter">Which jobs. Default: those that run, and those whose result no client has fetched.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RequestRefusedException">The server refuses the request.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The list is damaged or incomplete.</exception>
    /// <exception cref="ConnectionLostException">The server ended the connection.</exception>
    public Task<IReadOnlyList<JobInfo>> ListJobsAsync(
        JobFilter filter = JobFilter.RunningOrUnfetched, CancellationToken cancellationToken = default)
        => JobsCall.ListAsync(_link, filter, cancellationToken);

    /// <summary>Waits until a job ends, and returns its result.</summary>
    /// <param name="job">The job's id, or a prefix that no other job of this key has.</param>
    /// <param name="cancellationToken">Stops waiting; the job continues.</param>
    /// <exception cref="RequestRefusedException">The job does not exist.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The server's answer is invalid.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public Task<CommandResult> WaitAsync(string job, CancellationToken cancellationToken = default)
        => WaitCall.ForAsync(_link, job, cancellationToken);

    /// <summary>Ends a job's whole process group and waits for that: TERM, and KILL after the server's grace time.</summary>
    /// <param name="job">The job's id, or a prefix that no other job of this key has.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RequestRefusedException">The job does not exist.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The server's answer is invalid.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public Task<CommandResult> KillAsync(string job, CancellationToken cancellationToken = default)
        => KillCall.EndAsync(_link, job, cancellationToken);

    /// <summary>Sends a signal to a job's process group.</summary>
    /// <param name="job">The job's id, or a prefix that no other job of this key has.</param>
    /// <param name="signal">The name without SIG: <c>INT</c>, <c>TERM</c>, …</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RequestRefusedException">The job or the signal does not exist, or the job has ended.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The server's answer is invalid.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public Task SignalAsync(string job, string signal, CancellationToken cancellationToken = default)
        => KillCall.SignalAsync(_link, job, signal, cancellationToken);

    /// <summary>Removes a job that has ended, with its output, from the server.</summary>
    /// <param name="job">The job's id, or a prefix that no other job of this key has.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RequestRefusedException">The job does not exist, or still runs.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The server's answer is invalid.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public Task ForgetAsync(string job, CancellationToken cancellationToken = default) => RmCall.ForgetAsync(_link, job, cancellationToken);

    /// <summary>Measures a round trip to the server, through TLS and frames.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="ConnectionLostException">The connection ended before the answer; the next ping uses another one.</exception>
    public Task<RoundTrip> PingAsync(CancellationToken cancellationToken = default)
        => new FailureTranslation(_link.Host).RunAsync(() => _link.PingAsync(cancellationToken));

    /// <summary>Lists the clients that are connected to the server, the oldest connection first.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RequestRefusedException">The server refuses the request.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The list is damaged or incomplete.</exception>
    /// <exception cref="ConnectionLostException">The server ended the connection.</exception>
    public Task<IReadOnlyList<ConnectedClient>> WhoAsync(CancellationToken cancellationToken = default)
        => WhoCall.ListAsync(_link, cancellationToken);

    /// <summary>Joins a chat room and stays until the lines to say end. Messages continue over lost connections.</summary>
    /// <param name="options">The room, what to say, and what to do with what others say.</param>
    /// <param name="cancellationToken">Leaves the room.</param>
    /// <exception cref="RequestRefusedException">
    /// This key may not chat there, or the server dropped this client because it read too slowly.
    /// </exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The messages are damaged or incomplete.</exception>
    /// <exception cref="ConnectionLostException">The server ended the connection.</exception>
    public Task ChatAsync(ChatOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ChatCall.TalkAsync(_link, options, cancellationToken);
    }

    /// <summary>Shows a line to all other connected clients. Returns the name of each connection that received it.</summary>
    /// <param name="text">The line.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RequestRefusedException">This key may not send notices, or has sent too many.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The list is damaged or incomplete.</exception>
    /// <exception cref="ConnectionLostException">The server ended the connection.</exception>
    public Task<IReadOnlyList<string>> NotifyAsync(string text, CancellationToken cancellationToken = default)
        => NotifyCall.ShowAsync(_link, text, cancellationToken);

    /// <summary>Completes a word of a prompt; each answer is a whole word.</summary>
    /// <param name="text">The beginning of the word.</param>
    /// <param name="isCommand">Whether the word is a command's name.</param>
    /// <param name="folder">The folder of relative paths; null: the user's home.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RequestRefusedException">The server refuses the request.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The list is damaged or incomplete.</exception>
    /// <exception cref="ConnectionLostException">The server ended the connection.</exception>
    public Task<IReadOnlyList<string>> CompleteAsync(
        string text, bool isCommand, string? folder, CancellationToken cancellationToken = default)
        => CompleteCall.AskAsync(_link, new() { Text = text, Command = isCommand, Cwd = folder }, cancellationToken);

    /// <summary>Copies a file from the server into a stream. When the task ends, the client has verified every byte.</summary>
    /// <param name="path">The file; a relative path starts at the user's home.</param>
    /// <param name="target">Called once with what the server says about the file; returns the stream to write to.</param>
    /// <param name="cancellationToken">Stops copying.</param>
    /// <exception cref="RequestRefusedException">The file does not exist, or cannot be read.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The file arrived damaged or incomplete, or changed meanwhile.</exception>
    /// <exception cref="ConnectionLostException">The server ended the connection.</exception>
    public Task<RemoteFile> GetAsync(string path, Func<RemoteFile, Stream> target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        var request = new GetRequest { Path = path, User = _options.User, Digest = DigestAlgorithmWords.Of(_options.FileDigest) };
        return GetCall.FetchAsync(_link, request, target, cancellationToken);
    }

    /// <summary>Connects to a TCP port that the server can reach, and carries bytes there and back.</summary>
    /// <remarks>The stream ends when the connection to the server is lost.</remarks>
    /// <param name="host">The name or address, as the server resolves it.</param>
    /// <param name="port">The port, 1 to 65535.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The bytes of the connection. The caller disposes it.</returns>
    /// <exception cref="RequestRefusedException">The key may not do it, or the server cannot reach the port.</exception>
    public Task<Stream> ForwardAsync(string host, int port, CancellationToken cancellationToken = default)
        => ForwardCall.OpenAsync(_link, new() { Host = host, Port = port }, cancellationToken);

    /// <summary>Sends a goodbye and closes. The server ends commands that still run, except detached ones.</summary>
    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync().ConfigureAwait(false);
        if (_identity is not null)
            Dispose(_options, _identity);
    }

    // Over streams from the caller, without TLS: for tests that cut them.
    internal static async Task<RemoteShellClient> OverAsync(ClientOptions options, Func<CancellationToken, Task<Stream>> dial)
    {
        options = options with { Authorization = AuthorizationCheck.OnFirstRequest };
        DialedServer first = await DialAsync(CancellationToken.None).ConfigureAwait(false);
        return new(options, null, new ReconnectingConnection(options, new(options), first, DialAsync));

        async Task<DialedServer> DialAsync(CancellationToken token) => new(await dial(token).ConfigureAwait(false), Offer: null);
    }

    private static async Task<ReconnectingConnection> LinkAsync(
        ClientOptions options, Lazy<Identity> identity, CancellationToken cancellationToken)
    {
        var offers = new KeyOffers(options);
        if (options is { Shared: { } shared, OnlyKey: null }
            && await shared.TryOpenAsync(cancellationToken).ConfigureAwait(false) is { } kept)
        {
            return ReconnectingConnection.OverShared(options, offers, kept, DialAgainAsync);
        }

        _ = identity.Value;
        DialedServer first = await FirstDial
            .DialAsync((left, token) => DialAsync(options, identity.Value, offers, left, token), options.ConnectTimeout, cancellationToken)
            .ConfigureAwait(false);
        // With other keys, the server's answer decides: the process that keeps a connection has this client's own key only.
        if (options is { OtherKeys: null, OnlyKey: null })
            options.Shared?.StartKeeper();
        return new(options, offers, first, DialAgainAsync);

        Task<DialedServer> DialAgainAsync(CancellationToken token)
            => DialAsync(options, identity.Value, offers, options.ConnectTimeout, token);
    }

    private static void Dispose(ClientOptions options, Lazy<Identity> identity)
    {
        if (options.Identity is null && identity.IsValueCreated)
            identity.Value.Dispose();
    }

    private static async Task<DialedServer> DialAsync(
        ClientOptions options, Identity identity, KeyOffers offers, TimeSpan limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            offers.Prepare();
            (SecureStream secure, HostKeyFollower? follower) = await Dialer
                .DialAsync(options, identity, limit, cancellationToken)
                .ConfigureAwait(false);
            try
            {
                long asked = Stopwatch.GetTimestamp();
                KeyOffer? offer = await offers.OfferAsync(secure.Peer!, identity.PublicKey, cancellationToken).ConfigureAwait(false);
                if (Stopwatch.GetElapsedTime(asked) < QuickSignature)
                    return new(secure.Stream, offer, follower);
            }
            catch
            {
                await secure.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            // The agent was asked, or the user, and the server does not wait for a hello for long. The answer serves the next connection.
            await secure.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<RemoteJob> FollowAsync(Func<CancellationToken, Task<StartedJob>> start, CancellationToken cancellationToken)
    {
        // Not disposed: it holds no timer, and a job may be disposed at the moment of its end.
        var given = new CancellationTokenSource();
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(_ => given.Cancel(), null);
        try
        {
            StartedJob job = await start(given.Token).ConfigureAwait(false);
            _ = job.Completion.ContinueWith(_ => registration.Unregister(), TaskScheduler.Default);
            return new(_link, job, given);
        }
        catch
        {
            registration.Unregister();
            throw;
        }
    }
}
