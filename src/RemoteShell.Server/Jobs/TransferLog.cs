using System.Net;
using Microsoft.Extensions.Logging;
using RemoteShell.Files.Transfers;
using RemoteShell.Server.Authentication;

namespace RemoteShell.Server.Jobs;

/// <summary>Logs what became of each file of a transfer.</summary>
internal sealed class TransferLog(ILogger log, AuthorizedKey owner, IPEndPoint peer) : IProgress<TransferProgress>
{
    public void Report(TransferProgress value)
    {
        if (value.Finished is not { } item)
            return;
        log.LogInformation(
            "{Peer} {Fingerprint}: file {Path}: {Outcome}, {Bytes} bytes, {Digest} {Reason}",
            peer,
            owner.Key.Fingerprint,
            item.Path,
            item.Outcome,
            item.Size,
            item.Digest,
            item.Reason);
    }
}
