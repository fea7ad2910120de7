using RemoteShell.Client.Streams;

namespace RemoteShell.Client;

/// <summary>Runs a command that is bound to a client.</summary>
/// <remarks>
/// <see cref="RemoteShellClient.Command"/> and <see cref="RemoteShellClient.Shell"/> bind a command.
/// Each method throws <see cref="InvalidOperationException"/> for a command that is not bound, and otherwise what
/// <see cref="RemoteShellClient.StartAsync"/> and <see cref="RemoteJob.Completion"/> throw.
/// </remarks>
public static class RemoteCommandExecution
{
    /// <summary>Starts the command and returns when the server has accepted it. Output goes to the streams of the command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <exception cref="InvalidOperationException">The command is not bound to a client.</exception>
    /// <exception cref="RequestRefusedException">The server refuses the command.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public static Task<RemoteJob> StartAsync(this RemoteCommand command, CancellationToken cancellationToken = default)
        => ClientOf(command).StartAsync(command, command.ToStreams(), cancellationToken);

    /// <summary>Runs the command to its end.</summary>
    /// <remarks>Output goes to the streams of the command; without a stream it is verified and dropped.</remarks>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <exception cref="InvalidOperationException">The command is not bound to a client.</exception>
    /// <exception cref="RequestRefusedException">The server refuses the command.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The output is damaged or incomplete.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public static async Task<CommandResult> ExecuteAsync(this RemoteCommand command, CancellationToken cancellationToken = default)
    {
        RemoteJob job = await command.StartAsync(cancellationToken).ConfigureAwait(false);
        await using (job.ConfigureAwait(false))
            return await job.Completion.ConfigureAwait(false);
    }

    /// <summary>Runs the command to its end and keeps its output in memory, as UTF-8 text and as bytes.</summary>
    /// <remarks>It keeps at most 64 MiB of each stream. It replaces the output streams of the command.</remarks>
    /// <inheritdoc cref="ExecuteBufferedAsync(RemoteCommand, BufferOptions, CancellationToken)"/>
    public static Task<BufferedResult> ExecuteBufferedAsync(this RemoteCommand command, CancellationToken cancellationToken = default)
        => command.ExecuteBufferedAsync(new BufferOptions(), cancellationToken);

    /// <summary>Runs the command to its end and keeps its output in memory, as text and as bytes.</summary>
    /// <remarks>It replaces the output streams of the command.</remarks>
    /// <param name="command">The command.</param>
    /// <param name="options">The encoding, and the limit.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <exception cref="OutputLimitException">
    /// The command wrote more than <see cref="BufferOptions.MaxBytes"/> to a stream, and was ended.
    /// </exception>
    /// <exception cref="InvalidOperationException">The command is not bound to a client.</exception>
    /// <exception cref="RequestRefusedException">The server refuses the command.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The output is damaged or incomplete.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public static async Task<BufferedResult> ExecuteBufferedAsync(
        this RemoteCommand command, BufferOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(options);
        using var output = new LimitedBuffer("standard output", options.MaxBytes);
        using var error = new LimitedBuffer("standard error", options.MaxBytes);
        CommandResult result = await command.WithOutput(output).WithError(error).ExecuteAsync(cancellationToken).ConfigureAwait(false);
        return new(result, output.ToArray(), error.ToArray(), options.Encoding);
    }

    /// <summary>Runs the command and reads its lines as they arrive, from standard output and standard error.</summary>
    /// <remarks>
    /// The command starts when the enumeration starts. The lines can be enumerated only once. The command pauses while the caller is
    /// behind by more than 256 lines and the buffers are full. Leaving the loop early ends the command.
    /// <see cref="OutputLines.Completion"/> is the result of the command.
    /// </remarks>
    /// <param name="command">The command.</param>
    /// <param name="options">The encoding, and the longest line. Default: UTF-8, 1 Mi characters.</param>
    /// <exception cref="InvalidOperationException">The command is not bound to a client.</exception>
    public static OutputLines ReadLinesAsync(this RemoteCommand command, BufferOptions? options = null)
    {
        _ = ClientOf(command);
        return new(command, options ?? new());
    }

    /// <summary>
    /// Starts the command as a detached job, which outlives this client and a restart of the server. Returns the job's id.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Stops waiting for the answer; the job may already have started and then runs on.</param>
    /// <exception cref="InvalidOperationException">The command is not bound to a client.</exception>
    /// <exception cref="CommandNotStartedException">The program or folder does not exist.</exception>
    /// <exception cref="RequestRefusedException">The server refuses the command.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public static Task<string> DetachAsync(this RemoteCommand command, CancellationToken cancellationToken = default)
        => ClientOf(command).DetachAsync(command, cancellationToken);

    private static RemoteShellClient ClientOf(RemoteCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return command.Client
            ?? throw new InvalidOperationException("the command is not bound to a client; make it with client.Command or client.Shell");
    }
}
