using System.Text;
using RemoteShell.Client.Streams;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Files;

namespace RemoteShell.Client;

/// <summary>Conveniences over <see cref="RemoteShellClient.StartAsync"/> and <see cref="RemoteShellClient.GetAsync"/>.</summary>
public static class RemoteShellClientExtensions
{
    /// <summary>Runs a command to its end.</summary>
    public static async Task<CommandResult> RunAsync(this RemoteShellClient client, RemoteCommand command, CommandStreams streams, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        RemoteJob job = await client.StartAsync(command, streams, cancellationToken).ConfigureAwait(false);
        return await job.Completion.ConfigureAwait(false);
    }

    /// <summary>Runs a command to its end, and keeps its output as text; what is not UTF-8 becomes U+FFFD.</summary>
    public static async Task<BufferedResult> RunBufferedAsync(this RemoteShellClient client, RemoteCommand command, CancellationToken cancellationToken = default)
    {
        using MemoryStream output = new(), error = new();
        CommandResult result = await client.RunAsync(command, new() { Output = output, Error = error }, cancellationToken).ConfigureAwait(false);
        return new(result, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }

    /// <summary>Fetches a file under another name beside its place, and moves it there once it is verified: the place never holds half a file.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="path">The file at the server.</param>
    /// <param name="local">Where to put it; what is there is replaced.</param>
    /// <param name="progress">Told the bytes that have come.</param>
    /// <param name="cancellationToken">Ends it, and leaves nothing behind.</param>
    public static async Task<RemoteFile> GetFileAsync(this RemoteShellClient client, string path, string local, IProgress<FileProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        string full = Target(local);
        string aside = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.part");
        FileStream? file = null;
        try
        {
            RemoteFile fetched = await client.GetAsync(path, remote => Counting(file = Create(aside, remote), remote, progress), cancellationToken).ConfigureAwait(false);
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
    }

    // Behind a link, as writing would; and never in the place of a device or a pipe.
    private static string Target(string local)
    {
        string full = Path.GetFullPath(local);
        if (FileKind.IsSpecial(full))
            throw new RemoteShellException($"{local} is no regular file, and is not replaced by one") { Hint = "write to standard output, and redirect that: rsh-client get HOST:PATH - > TARGET" };
        if (!Directory.Exists(Path.GetDirectoryName(full)))
            throw new RemoteShellException($"there is no folder {Path.GetDirectoryName(full)} here") { Hint = "make it first, or choose another place" };
        return File.Exists(full) ? File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full;
    }

    private static Stream Counting(Stream file, RemoteFile remote, IProgress<FileProgress>? progress)
        => progress is null ? file : new CountingStream(file, written => progress.Report(new(written, remote.Size)));

    private static FileStream Create(string path, RemoteFile remote)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous };
        // The permissions that the file has there, as far as this side's umask allows.
        if (!OperatingSystem.IsWindows() && remote.Mode is { } mode)
            options.UnixCreateMode = (mode & (UnixFileMode)0x1FF) | UnixFileMode.UserWrite;
        return new(path, options);
    }
}

/// <summary>A command's result with its output as text.</summary>
/// <param name="Result">How it ended.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record BufferedResult(CommandResult Result, string Output, string Error);

/// <summary>How far a file has come.</summary>
/// <param name="Bytes">Bytes that have come.</param>
/// <param name="Size">Bytes in all; 0 where nobody knows.</param>
public readonly record struct FileProgress(long Bytes, long Size);
