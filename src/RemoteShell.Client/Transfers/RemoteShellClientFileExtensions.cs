using System.Runtime.CompilerServices;
using RemoteShell.Client.Transfers;
using RemoteShell.Files.Transfers;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Client;

/// <summary>Transfers of files and folders, and operations on the server's files.</summary>
/// <remarks>
/// Remote paths begin at the home of the server's user; <c>~</c> and <c>~user</c> work. Every byte is verified, and a file has its name
/// only when it is whole: whatever interrupts a transfer, the target has the old content or the new. The same call again goes on where an
/// earlier one stopped. A file that fails does not stop the others: see <see cref="TransferResult.Failures"/>. Linux only.
/// In a path, U+DC80 to U+DCFF stands for a byte that is not UTF-8.
/// </remarks>
public static class RemoteShellClientFileExtensions
{
    /// <summary>Uploads files and folders.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="sources">Local paths.</param>
    /// <param name="target">The remote path: a folder that exists, or the new name of the only source.</param>
    /// <param name="options">What is taken along. Default: files only.</param>
    /// <param name="progress">Receives each step, on any thread; it must not block.</param>
    /// <param name="cancellationToken">Stops the transfer. What is whole stays, and so does the part of the file in hand.</param>
    /// <exception cref="FileRequestException">A source does not exist, or the target is not what the sources need.</exception>
    /// <exception cref="RequestRefusedException">The server refuses the request.</exception>
    /// <exception cref="UnverifiedOutputException">The server broke the rules of a transfer.</exception>
    /// <exception cref="ConnectionLostException">The connection was lost, and the client could not reconnect.</exception>
    public static async Task<TransferResult> UploadAsync(
        this RemoteShellClient client,
        IReadOnlyList<string> sources,
        string target,
        TransferOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(sources);
        TransferRules rules = (options ?? new()).ToRules();
        using SourceList opened = LocalPaths.Open(sources, rules);
        rules = Transfer.ForContent(rules, opened.Count, opened.HasContent);
        if (rules.Recursive && sources is [var only])
            rules = Transfer.ForSource(rules, opened.Count, LocalPaths.Machine(only), LocalPaths.Full(only));
        StartRecord start = Transfer.StartReceiving(target, opened.Count, rules);
        string text = $"put {string.Join(' ', sources)} to {target}";
        return await Transfer.RunAsync(client, text, start, progress, SendAsync, cancellationToken).ConfigureAwait(false);

        Task SendAsync(TransferSession session, ReadyRecord ready, TransferTally tally)
        {
            if (ready.IsContinued)
                tally.ContinueFolder();
            return new TreeSender(session.Reader, session.Writer, rules, tally).SendAsync(opened, cancellationToken);
        }
    }

    /// <summary>Uploads a stream, whose size need not be known, as one file.</summary>
    /// <remarks>
    /// It goes on by itself after a lost connection. A later call cannot go on: the target keeps its old content until the stream has
    /// arrived to its end, and nothing else is kept of it.
    /// </remarks>
    /// <param name="client">The connection.</param>
    /// <param name="content">The stream. The caller disposes it.</param>
    /// <param name="target">The remote path of the file.</param>
    /// <param name="options">How it is sent. What concerns names, modes, times and folders does not apply.</param>
    /// <param name="progress">Receives each step, on any thread; it must not block.</param>
    /// <param name="cancellationToken">Stops the transfer.</param>
    /// <exception cref="FileRequestException">The target cannot be a file.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="RequestRefusedException">The server refuses the request.</exception>
    /// <exception cref="UnverifiedOutputException">The server broke the rules of a transfer.</exception>
    /// <exception cref="ConnectionLostException">The connection was lost, and the client could not reconnect.</exception>
    public static Task<TransferResult> UploadAsync(
        this RemoteShellClient client,
        Stream content,
        string target,
        TransferOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(content);
        TransferRules rules = (options ?? new()).ToRules() with { Onto = true };
        StartRecord start = Transfer.StartReceiving(target, sources: 1, rules);
        return Transfer.RunAsync(client, $"put - to {target}", start, progress, SendAsync, cancellationToken);

        Task SendAsync(TransferSession session, ReadyRecord ready, TransferTally tally)
            => new StreamSender(session.Reader, session.Writer, rules, tally).SendAsync(content, cancellationToken);
    }

    /// <summary>Downloads files and folders.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="sources">Remote paths, or patterns such as <c>*.log</c>; a backslash takes the meaning of the next character.</param>
    /// <param name="target">The local path: a folder that exists, or the new name of the only source.</param>
    /// <param name="options">What is taken along. Default: files only.</param>
    /// <param name="progress">Receives each step, on any thread; it must not block.</param>
    /// <param name="cancellationToken">Stops the transfer. What is whole stays, and so does the part of the file in hand.</param>
    /// <exception cref="FileRequestException">A source does not exist, or the target is not what the sources need.</exception>
    /// <exception cref="RequestRefusedException">The server refuses the request.</exception>
    /// <exception cref="UnverifiedOutputException">The server broke the rules of a transfer.</exception>
    /// <exception cref="ConnectionLostException">The connection was lost, and the client could not reconnect.</exception>
    public static Task<TransferResult> DownloadAsync(
        this RemoteShellClient client,
        IReadOnlyList<string> sources,
        string target,
        TransferOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(sources);
        TransferRules rules = (options ?? new()).ToRules();
        StartRecord start = Transfer.StartSending(sources, rules);
        return Transfer.RunAsync(client, $"get {string.Join(' ', sources)}", start, progress, ReceiveAsync, cancellationToken);

        async Task ReceiveAsync(TransferSession session, ReadyRecord ready, TransferTally tally)
        {
            RequestedNames? requested = Transfer.Requested(sources, ready, rules);
            TransferRules theirs = Transfer.ForContent(rules, ready.Sources, ready.IsContent);
            theirs = Transfer.ForRemoteSource(theirs, ready.Sources, client.Host, sources);
            using TransferTarget opened = Transfer.OpenLocal(target, ready.Sources, theirs);
            if (opened.IsContinued)
                tally.ContinueFolder();
            var receiver = new TreeReceiver(session.Reader, session.Writer, theirs, opened, new(opened), tally)
            {
                Requested = requested,
                Named = new(ready.Sources),
            };
            await receiver.ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Copies files and folders from this server to another one, as a stream through this process.</summary>
    /// <param name="client">The connection to the server that has the sources.</param>
    /// <param name="sources">Paths there, or patterns.</param>
    /// <param name="other">The connection to the server that gets them.</param>
    /// <param name="target">The path there.</param>
    /// <param name="options">What is taken along. Default: files only.</param>
    /// <param name="progress">Receives each step, on any thread; it must not block.</param>
    /// <param name="cancellationToken">Stops the transfer.</param>
    /// <exception cref="FileRequestException">A source does not exist, or the target is not what the sources need.</exception>
    /// <exception cref="RequestRefusedException">A server refuses the request.</exception>
    /// <exception cref="UnverifiedOutputException">A server broke the rules of a transfer.</exception>
    /// <exception cref="ConnectionLostException">A connection was lost, and the client could not reconnect.</exception>
    public static async Task<TransferResult> CopyToAsync(
        this RemoteShellClient client,
        IReadOnlyList<string> sources,
        RemoteShellClient other,
        string target,
        TransferOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(sources);
        TransferRules rules = (options ?? new()).ToRules();
        StartRecord send = Transfer.StartSending(sources, rules);
        string text = PathText.Shown($"copy {string.Join(' ', sources)} to {target}");
        TransferSession from = await TransferSession
            .StartAsync(client, text, send, cancellationToken).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable leavingFrom = from.ConfigureAwait(false);
        ReadyRecord ready = await from.ReadyAsync(cancellationToken).ConfigureAwait(false);
        RequestedNames? requested = Transfer.Requested(sources, ready, rules);
        rules = Transfer.ForContent(rules, ready.Sources, ready.IsContent);
        rules = Transfer.ForRemoteSource(rules, ready.Sources, client.Host, sources);
        StartRecord receive = Transfer.StartReceiving(target, ready.Sources, rules);
        TransferSession to = await TransferSession
            .StartAsync(other, text, receive, cancellationToken).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable leavingTo = to.ConfigureAwait(false);
        ReadyRecord receiving = await to.ReadyAsync(cancellationToken).ConfigureAwait(false);
        var counter = new ResultCounter(progress);
        var tally = new TransferTally(counter);
        if (receiving.IsContinued)
            tally.ContinueFolder();
        var relay = new TransferRelay(from, to, requested, new(ready.Sources), tally);
        await Transfer.RunAsync(() => relay.RunAsync(cancellationToken)).ConfigureAwait(false);
        await from.EndAsync().ConfigureAwait(false);
        await to.EndAsync().ConfigureAwait(false);
        return counter.Result;
    }

    /// <summary>Lists a folder, sorted by name; of a file, that itself.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="path">The remote path.</param>
    /// <param name="recursive">Whether all that is below is listed too, with its path.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="FileRequestException">It does not exist, or cannot be read.</exception>
    /// <exception cref="RequestRefusedException">The server refuses the request.</exception>
    public static Task<IReadOnlyList<RemoteEntry>> ListAsync(
        this RemoteShellClient client, string path, bool recursive = false, CancellationToken cancellationToken = default)
        => Transfer.AskAsync(
            client, new OperationRecord { Operation = "list", Path = Transfer.Escape(path), IsRecursive = recursive }, cancellationToken);

    /// <summary>Tells what is at a path; a link itself, not what it points to.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="path">The remote path.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="FileRequestException">It does not exist.</exception>
    /// <exception cref="RequestRefusedException">The server refuses the request.</exception>
    public static async Task<RemoteEntry> StatAsync(
        this RemoteShellClient client, string path, CancellationToken cancellationToken = default)
    {
        var operation = new OperationRecord { Operation = "stat", Path = Transfer.Escape(path) };
        IReadOnlyList<RemoteEntry> found = await Transfer.AskAsync(client, operation, cancellationToken).ConfigureAwait(false);
        return found.Count == 1 ? found[0] : throw new UnverifiedOutputException("the server's answer to stat is not one entry");
    }

    /// <summary>Deletes a file, a link, or an empty folder.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="path">The remote path.</param>
    /// <param name="recursive">Whether a folder is deleted with all that is in it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="FileRequestException">It does not exist, is not empty, or cannot be deleted.</exception>
    /// <exception cref="RequestRefusedException">The server refuses the request.</exception>
    public static Task DeleteAsync(
        this RemoteShellClient client, string path, bool recursive = false, CancellationToken cancellationToken = default)
        => Transfer.AskAsync(
            client, new OperationRecord { Operation = "remove", Path = Transfer.Escape(path), IsRecursive = recursive }, cancellationToken);

    /// <summary>Renames a file or folder, or moves it into a folder that exists. A file at the new name is replaced.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="path">The remote path.</param>
    /// <param name="newPath">The new remote path, on the same file system.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="FileRequestException">It does not exist, or cannot be renamed.</exception>
    /// <exception cref="RequestRefusedException">The server refuses the request.</exception>
    public static Task RenameAsync(
        this RemoteShellClient client, string path, string newPath, CancellationToken cancellationToken = default)
        => Transfer.AskAsync(
            client,
            new OperationRecord { Operation = "rename", Path = Transfer.Escape(path), To = Transfer.Escape(newPath) },
            cancellationToken);

    /// <summary>Makes a folder.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="path">The remote path.</param>
    /// <param name="parents">Whether the folders above are made too; then a folder that exists is no error.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="FileRequestException">It exists, or cannot be made.</exception>
    /// <exception cref="RequestRefusedException">The server refuses the request.</exception>
    public static Task MakeDirectoryAsync(
        this RemoteShellClient client, string path, bool parents = false, CancellationToken cancellationToken = default)
        => Transfer.AskAsync(
            client,
            new OperationRecord { Operation = "make-folder", Path = Transfer.Escape(path), IsRecursive = parents },
            cancellationToken);
}
