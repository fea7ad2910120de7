using System.Globalization;
using Microsoft.Extensions.Logging;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Transfers;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Files;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Jobs;

/// <summary>Logs what became of each file of a transfer, one line for each.</summary>
/// <param name="log">The server's log.</param>
/// <param name="audit">The audit journal.</param>
/// <param name="owner">The client's key.</param>
/// <param name="peer">Who is at the other end.</param>
/// <param name="job">The id of the job.</param>
/// <param name="direction">Who gets the files.</param>
internal sealed class TransferLog(
    ILogger log, AuditJournal audit, AuthorizedKey owner, Peer peer, string job, TransferDirection direction)
    : IProgress<TransferProgress>
{
    private string AbortReason => direction == TransferDirection.Sent
        ? "the client has not told what became of it"
        : "the transfer ended before the end of the file";

    /// <exception cref="FileException">The audit journal is required, and cannot be written: the file is not sent.</exception>
    public void Report(TransferProgress value)
    {
        if (value.Begun is { FullPath: { } begun } file)
        {
            Begin(file, begun);
            return;
        }

        if (value.Aborted is { FullPath: { } aborted } left)
        {
            TransferItem item = left with { Reason = AbortReason };
            audit.Write(LineOf(item, aborted) with { Outcome = "aborted" });
            Log(item, aborted, "Aborted");
            return;
        }

        // What has no path here happened at the client: it names what it deletes there, and repeats what it was not sent.
        if ((value.Unsent ?? value.Finished) is not { FullPath: { } path } ended)
            return;
        audit.Write(LineOf(ended, path));
        Log(ended, path, ended.Outcome.ToString());
    }

    private void Log(TransferItem item, string path, string outcome)
    {
        if (!log.IsEnabled(LogLevel.Information))
            return;
        // Properties beside those of the message's template.
        KeyValuePair<string, object?>[] properties =
        [
            new("Outcome", outcome),
            new("Bytes", item.Moved),
            new("Digest", item.Digest),
            new("Reason", item.Reason),
        ];
        using IDisposable? scope = log.BeginScope(properties);
        log.LogInformation(
            "{Peer} {Connection} {Fingerprint}: job {Job}: {Direction} file {Path}: {Ending}",
            peer,
            peer.Mark,
            owner.Key.Fingerprint,
            job,
            direction,
            path,
            Words(item, outcome));
    }

    private void Begin(TransferItem item, string path)
    {
        if (!audit.Write(LineOf(item, path) with { Outcome = "begun", Streams = null }))
            throw new FileException(FileFault.Other, item.Path, AuditException.Text);
    }

    private AuditLine LineOf(TransferItem item, string path)
    {
        AuditLine line = new AuditClient(peer, owner.Key, owner.Comment).Line(AuditEvent.Transfer) with
        {
            Verb = direction == TransferDirection.Sent ? KeyVerb.Get : KeyVerb.Put,
            Job = job,
            Outcome = item.Outcome.ToString().ToLowerInvariant(),
            Reason = item.Reason,
            Streams = new Dictionary<string, AuditStream> { ["file"] = new(item.Sent ?? item.Moved, item.Digest) },
        };
        return line.WithWhat(path);
    }

    private static string Words(TransferItem item, string outcome)
    {
        string digest = item.Digest is null ? "" : $", {item.Digest}";
        string reason = item.Reason is null ? "" : $": {item.Reason}";
        return string.Create(CultureInfo.InvariantCulture, $"{outcome}, {item.Moved} bytes{digest}{reason}");
    }
}
