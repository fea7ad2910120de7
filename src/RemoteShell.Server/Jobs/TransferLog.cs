using System.Net;
using Microsoft.Extensions.Logging;
using RemoteShell.Files.Transfers;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Files;

namespace RemoteShell.Server.Jobs;

/// <summary>Logs what became of each file of a transfer, one line for each.</summary>
/// <param name="log">The server's log.</param>
/// <param name="owner">The client's key.</param>
/// <param name="peer">The client's address.</param>
/// <param name="job">The id of the job.</param>
/// <param name="direction">Who gets the files.</param>
internal sealed class TransferLog(
    ILogger log, AuthorizedKey owner, IPEndPoint peer, string job, TransferDirection direction)
    : IProgress<TransferProgress>
{
    private const string NoDigest = "no digest";

    public void Report(TransferProgress value)
    {
        // What has no path here happened at the client: it names what it deletes there, and repeats what it was not sent.
        if ((value.Unsent ?? value.Finished) is not { FullPath: { } path } item)
            return;
        if (item.Reason is null)
        {
            log.LogInformation(
                "{Peer} {Fingerprint}: job {Job}: {Direction} file {Path}: {Outcome}, {Bytes} bytes, {Digest}",
                peer,
                owner.Key.Fingerprint,
                job,
                direction,
                path,
                item.Outcome,
                item.Size,
                item.Digest ?? NoDigest);
            return;
        }

        log.LogInformation(
            "{Peer} {Fingerprint}: job {Job}: {Direction} file {Path}: {Outcome}, {Bytes} bytes, {Digest}: {Reason}",
            peer,
            owner.Key.Fingerprint,
            job,
            direction,
            path,
            item.Outcome,
            item.Size,
            item.Digest ?? NoDigest,
            item.Reason);
    }
}
