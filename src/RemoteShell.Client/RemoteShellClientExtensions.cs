using RemoteShell.Client.Streams;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Files;

namespace RemoteShell.Client;

/// <summary>Shortcuts over <see cref="RemoteShellClient.StartAsync"/> and <see cref="RemoteShellClient.GetAsync"/>.</summary>
public static class RemoteShellClientExtensions
{
    /// <summary>Runs a command to its end.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="command">The command; it need not be bound to a client.</param>
    /// <param name="streams">Where the output goes and the input comes from.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <exception cref="RequestRefusedException">The server refuses the command.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The output is damaged or incomplete.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public static async Task<CommandResult> RunAsync(
        this RemoteShellClient client, RemoteCommand command, CommandStreams streams, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        RemoteJob job = await client.StartAsync(command, streams, cancellationToken).ConfigureAwait(false);
        return await job.Completion.ConfigureAwait(false);
    }

    /// <summary>Runs a command to its end and keeps its output as UTF-8 text and as bytes; at most 64 MiB of each stream.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="command">The command; it need not be bound to a client.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <exception cref="OutputLimitException">The command wrote more than 64 MiB to a stream, and was ended.</exception>
    /// <exception cref="RequestRefusedException">The server refuses the command.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The output is damaged or incomplete.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public static Task<BufferedResult> RunBufferedAsync(
        this RemoteShellClient client, RemoteCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(command);
        return (command with { Client = client }).ExecuteBufferedAsync(cancellationToken);
    }

    /// <summary>Copies a file from the server to a local path.</summary>
    /// <remarks>The client moves the file there after it has verified it, so that the path never holds half a file.</remarks>
    /// <param name="client">The connection.</param>
    /// <param name="path">The file at the server; a relative path starts at the user's home.</param>
    /// <param name="local">The local path; an existing file is replaced.</param>
    /// <param name="progress">Receives the number of bytes so far.</param>
    /// <param name="cancellationToken">Stops copying and removes what has arrived.</param>
    /// <exception cref="RemoteShellException">The local path cannot be written.</exception>
    /// <exception cref="RequestRefusedException">The file does not exist, or cannot be read.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The file arrived damaged or incomplete, or changed meanwhile.</exception>
    /// <exception cref="ConnectionLostException">The server ended the connection.</exception>
    public static async Task<RemoteFile> GetFileAsync(
        this RemoteShellClient client,
        string path,
        string local,
        IProgress<FileProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        string full = Target(local);
        string aside = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.part");
        FileStream? file = null;
        try
        {
            RemoteFile fetched = await client.GetAsync(path, Open, cancellationToken).ConfigureAwait(false);
            await file!.DisposeAsync().ConfigureAwait(false);
            File.SetLastWriteTimeUtc(aside, fetched.Modified.UtcDateTime);
            File.Move(aside, full, overwrite: true);
            return fetched;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteShellException($"cannot write {local}: {e.Message}", e) { Hint = "choose another place, or make room there" };
        }
        finally
        {
            if (file is not null)
                await file.DisposeAsync().ConfigureAwait(false);
            if (File.Exists(aside))
                File.Delete(aside);
        }

        Stream Open(RemoteFile remote)
        {
            file = Create(aside, remote);
            return progress is null ? file : new CountingStream(file, written => progress.Report(new(written, remote.Size)));
        }
    }

    // Follows a link, as writing would; never replaces a device or a pipe.
    private static string Target(string local)
    {
        string full = Path.GetFullPath(local);
        if (FileKind.IsSpecial(full))
        {
            throw new RemoteShellException($"{local} is not a regular file, and is not replaced by one")
            {
                Hint = "write to standard output, and redirect that: rsh-client get HOST:PATH - > TARGET",
            };
        }

        if (!Directory.Exists(Path.GetDirectoryName(full)))
        {
            throw new RemoteShellException($"there is no folder {Path.GetDirectoryName(full)} here")
            {
                Hint = "make it first, or choose another place",
            };
        }

        return File.Exists(full) ? File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full;
    }

    private static FileStream Create(string path, RemoteFile remote)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            Options = FileOptions.Asynchronous,
        };
        // The permissions of the remote file, as far as the local umask allows.
        if (!OperatingSystem.IsWindows() && remote.Mode is { } mode)
            options.UnixCreateMode = (mode & (UnixFileMode)0x1FF) | UnixFileMode.UserWrite;
        return new(path, options);
    }
}
