using Microsoft.Extensions.Logging;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Authentication.Lists;
using RemoteShell.Server.Authentication.Vouching;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Connections;

/// <summary>Ends the connections and jobs of keys that are not authorized any more.</summary>
/// <remarks>A list that cannot be read, or is being written, ends nothing.</remarks>
/// <param name="files">The lists of keys.</param>
/// <param name="vouchers">The proofs that were accepted.</param>
/// <param name="connections">Returns the present connections.</param>
/// <param name="jobs">The jobs.</param>
/// <param name="options">Say what becomes of jobs.</param>
/// <param name="audit">Records the lists.</param>
/// <param name="log">Receives what was ended.</param>
internal sealed class Revocation(
    KeyFiles files,
    Vouchers vouchers,
    Func<IEnumerable<ClientConnection>> connections,
    JobTable jobs,
    CurrentOptions options,
    KeyListAudit audit,
    ILogger log)
{
    private static readonly EndCause Revoked = EndCause.ByPolicy("the key was revoked");

    private readonly KeyListWatcher _watcher = new(files, TimeProvider.System, log);

    /// <summary>How often the lists have changed.</summary>
    public int Changes => _watcher.Changes;

    /// <summary>Runs until the server stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await _watcher.DueAsync(stopping);
                await DecideAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "the connections of revoked keys could not be ended");
            }
        }
    }

    /// <summary>Decides again about a connection that was authorized while the lists changed.</summary>
    /// <param name="connection">A connection that <see cref="RunAsync"/> can see.</param>
    /// <param name="changes"><see cref="Changes"/> before its client was authorized.</param>
    public void Check(ClientConnection connection, int changes)
    {
        DateTime? end = connection.Info.Client.Expires;
        _watcher.Expect(end);
        if (changes == Changes && !(end <= DateTime.UtcNow))
            return;
        try
        {
            Job[] running = [.. jobs.Running];
            KeyLists lists = files.ReadWhole();
            if (TryEnd(connection, lists))
                EndJobs(running, lists);
        }
        catch (KeyListException)
        {
            // The list changes once more before it counts.
        }
    }

    private async Task DecideAsync(CancellationToken stopping)
    {
        // Before the lists are read: each of these clients was authorized, and each job was started, by a list that is not newer.
        ClientConnection[] present = [.. connections()];
        Job[] running = [.. jobs.Running];
        foreach (ClientConnection connection in present)
            _watcher.Expect(connection.Info.Client.Expires);
        if (_watcher.Read() is not { } lists)
            return;
        audit.Record();
        EndJobs(running, lists);
        foreach (ClientConnection connection in present)
            TryEnd(connection, lists);
        // A request that was being read may have started a job. A key may have been added meanwhile, so the lists are read again.
        await Task.Delay(KeyListWatcher.Interval, stopping);
        running = [.. jobs.Running];
        try
        {
            EndJobs(running, files.ReadWhole());
        }
        catch (KeyListException)
        {
            // The list changes once more before it counts.
        }
    }

    // Returns whether the key of the connection is not authorized any more.
    private bool TryEnd(ClientConnection connection, KeyLists lists)
    {
        KeyDecision decision = lists.Decide(connection.Keys, connection.Info.Peer, DateTime.UtcNow);
        if (decision.Permitted is not null)
            return false;
        Peer peer = connection.Info.Peer;
        log.LogWarning(
            "{Peer} {Connection} is disconnected, since it is not authorized any more: {Reason}", peer, peer.Mark, decision.Fault);
        string text = $"the key {connection.Keys.Named.Fingerprint} is not authorized any more: {decision.Fault}";
        // Not awaited: a client that does not read must not hold up the others.
        _ = connection.RevokeAsync(text, decision.Hint!);
        return true;
    }

    private void EndJobs(Job[] running, KeyLists lists)
    {
        DateTime now = DateTime.UtcNow;
        foreach (IGrouping<PublicKey, Job> own in running.GroupBy(job => job.Owner))
        {
            if (lists.IsAuthorized(own.Key, vouchers.Of(own.Key), now))
                continue;
            int ended = 0;
            foreach (Job job in own)
            {
                if (!IsEnded(job))
                {
                    job.Clients.KeepWithoutKey();
                }
                else if (job.Cause is null)
                {
                    job.End(Revoked);
                    ended++;
                }
            }

            if (ended > 0)
                log.LogWarning("{Jobs} jobs of {Fingerprint} are ended: the key was revoked", ended, own.Key.Fingerprint);
        }
    }

    // A transfer and a forwarded connection are for the client alone.
    private bool IsEnded(Job job) => options.Value.OnRevoke == OnRevoke.Kill || job.Record.Files || job.Record.IsForwarding;
}
