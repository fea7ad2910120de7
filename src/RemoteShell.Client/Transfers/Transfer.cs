using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Patterns;
using RemoteShell.Files.Transfers;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Client.Transfers;

/// <summary>What the transfers of a client have in common.</summary>
internal static class Transfer
{
    /// <summary>The text of a remote path in a record.</summary>
    public static string Escape(string path) => EscapedBytes.Of(PathText.ToBytes(path));

    /// <summary>The record that makes a server send.</summary>
    public static StartRecord StartSending(IReadOnlyList<string> sources, TransferRules rules)
    {
        bool isRaw = sources.Any(source => !Utf8.IsValid(PathText.ToBytes(source)));
        return new()
        {
            Role = StartRecord.Send,
            Paths = isRaw ? [.. sources.Select(Escape)] : sources,
            IsEscaped = isRaw,
            Rules = rules,
        };
    }

    /// <summary>The record that makes a server receive.</summary>
    public static StartRecord StartReceiving(string target, int sources, TransferRules rules)
        => new() { Role = StartRecord.Receive, Paths = [Escape(target)], Sources = sources, Rules = rules };

    /// <summary>The rules for sources of which one may be the content of a folder: that takes the place of the target.</summary>
    /// <exception cref="FileRequestException">There are others beside it.</exception>
    public static TransferRules ForContent(TransferRules rules, int sources, bool hasContent)
    {
        if (!hasContent)
            return rules;
        return sources == 1
            ? rules with { Onto = true }
            : throw new FileRequestException(FileFault.NotSupported, "the content of a folder (DIR/.) can only be transferred alone");
    }

    /// <summary>The rules for the only source of a transfer, by which an interrupted transfer of it goes on.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="sources">How many there are.</param>
    /// <param name="machine">Where it is.</param>
    /// <param name="path">Its path there.</param>
    public static TransferRules ForSource(TransferRules rules, int sources, string machine, string path)
    {
        if (!rules.Recursive || sources != 1)
            return rules;
        // The receiver must not learn the path.
        byte[] text = [.. Encoding.UTF8.GetBytes(machine), (byte)0, .. PathText.ToBytes(path)];
        return rules with { Source = Convert.ToHexStringLower(SHA256.HashData(text)) };
    }

    /// <summary>The same for sources at a server. A pattern may lead to another source the next time.</summary>
    public static TransferRules ForRemoteSource(TransferRules rules, int sources, string host, IReadOnlyList<string> paths)
        => paths is [var path] && !PathPattern.IsPattern(PathText.ToBytes(path)) ? ForSource(rules, sources, host, path) : rules;

    /// <summary>The names that a server may send; null: whatever is in the folder that was asked for.</summary>
    /// <exception cref="UnverifiedOutputException">It offers the content of a folder, and that was not asked for.</exception>
    public static RequestedNames? Requested(IReadOnlyList<string> sources, ReadyRecord ready, TransferRules rules)
    {
        RequestedNames requested = RequestedNames.Of([.. sources.Select(PathText.ToBytes)]);
        if (!ready.IsContent || !rules.Recursive)
            return requested;
        // The content takes the place of the target, and with --delete of all that is there.
        return requested.MayBeContent
            ? null
            : throw new UnverifiedOutputException("the server offers the content of a folder, which was not asked for");
    }

    /// <summary>Opens a local target.</summary>
    /// <exception cref="FileRequestException">It is not what the sources need.</exception>
    public static TransferTarget OpenLocal(string target, int sources, TransferRules rules)
    {
        try
        {
            return TransferTarget.Open(LocalPaths.Root(), LocalPaths.Bytes(target), sources, rules);
        }
        catch (FileException e)
        {
            throw new FileRequestException(e.Fault, e.Message) { Hint = e.Hint };
        }
    }

    /// <summary>Runs a transfer off the caller's thread: local files are read and written without a wait.</summary>
    /// <exception cref="UnverifiedOutputException">The server broke the rules of a transfer, or left before its end.</exception>
    public static async Task RunAsync(Func<Task> transfer)
    {
        try
        {
            await Task.Run(transfer).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RecordException or EarlyEndException)
        {
            throw new UnverifiedOutputException(e.Message, e);
        }
        catch (FileException e)
        {
            throw new FileRequestException(e.Fault, e.Message) { Hint = e.Hint };
        }
    }

    /// <summary>Opens a session, transfers in it, and ends it.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="text">What the client does, for lists of jobs.</param>
    /// <param name="start">What the server does.</param>
    /// <param name="progress">Receives each step; null: none.</param>
    /// <param name="transfer">The transfer itself, with the server's answer.</param>
    /// <param name="cancellationToken">Stops waiting for the server's answer.</param>
    public static async Task<TransferResult> RunAsync(
        RemoteShellClient client,
        string text,
        StartRecord start,
        IProgress<TransferProgress>? progress,
        Func<TransferSession, ReadyRecord, TransferTally, Task> transfer,
        CancellationToken cancellationToken)
    {
        TransferSession session = await TransferSession
            .StartAsync(client, PathText.Shown(text), start, cancellationToken).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable leaving = session.ConfigureAwait(false);
        ReadyRecord ready = await session.ReadyAsync(cancellationToken).ConfigureAwait(false);
        var counter = new ResultCounter(progress);
        try
        {
            await RunAsync(() => transfer(session, ready, new(counter))).ConfigureAwait(false);
        }
        catch (UnverifiedOutputException) when (session.HasEnded)
        {
            // The server's reason says more than the end of its records.
            await session.EndAsync().ConfigureAwait(false);
            throw;
        }

        await session.EndAsync().ConfigureAwait(false);
        return counter.Result;
    }

    /// <summary>Does an operation, and returns the entries that it tells.</summary>
    public static async Task<IReadOnlyList<RemoteEntry>> AskAsync(
        RemoteShellClient client, OperationRecord operation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        string text = PathText.Shown($"{operation.Operation} {operation.Path}");
        TransferSession session = await TransferSession
            .StartAsync(client, text, operation, cancellationToken).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable leavingSession = session.ConfigureAwait(false);
        List<RemoteEntry> entries = [];
        while (await session.ReadAsync(cancellationToken).ConfigureAwait(false) is not EndRecord and TransferRecord record)
        {
            if (record is EntryRecord entry)
                entries.Add(EntryOf(entry));
            else if (record is FaultRecord fault)
                throw new FileRequestException(FileFault.Other, $"{fault.Path}: {fault.Text}");
        }

        await session.EndAsync().ConfigureAwait(false);
        return entries;
    }

    private static RemoteEntry EntryOf(EntryRecord entry)
    {
        if (!Enum.TryParse(entry.Kind, out EntryKind kind) || !Enum.IsDefined(kind) || entry.Nanoseconds is < 0 or > 999_999_999)
            throw new UnverifiedOutputException($"the server names an entry of the kind '{entry.Kind}'");
        long seconds = Math.Clamp(
            entry.Seconds,
            DateTimeOffset.MinValue.ToUnixTimeSeconds(),
            DateTimeOffset.MaxValue.ToUnixTimeSeconds());
        return new()
        {
            Path = entry.Path,
            Kind = kind,
            Size = entry.Size,
            Mode = (UnixFileMode)(entry.Mode & 0xFFF),
            Modified = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(entry.Nanoseconds / 100),
            User = entry.User ?? "",
            Group = entry.Group ?? "",
            Target = entry.Target,
        };
    }
}
