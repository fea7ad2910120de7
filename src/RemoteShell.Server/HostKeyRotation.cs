using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Admin;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Invitations;
using RemoteShell.Server.HostKeys;

namespace RemoteShell.Server;

/// <summary>Replaces the host key of a server, which may run.</summary>
/// <remarks>
/// Until its time has come, the next key is announced to clients over connections with the present one. A client that has a line for the
/// present key in its known_hosts adds a line for the next one.
/// </remarks>
public static class HostKeyRotation
{
    /// <summary>Makes the next host key. A server that runs with the options announces it from now on.</summary>
    /// <param name="options">The folders of the server.</param>
    /// <param name="after">When the server begins to use the key, from now on.</param>
    /// <param name="cancellationToken">Stops waiting for the running server.</param>
    /// <exception cref="RemoteShellException">A key is planned already, the files cannot be used, or the server refuses.</exception>
    public static async Task<HostKeyPlan> PlanAsync(
        ServerOptions options, TimeSpan after, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var files = new HostKeyFiles(options.HostKeyFile);
        using (Identity? planned = ReadNext(files, out DateTimeOffset from))
        {
            if (planned is not null)
            {
                throw new RemoteShellException($"the key {planned.PublicKey.Fingerprint} is planned already, from {from:u}")
                {
                    Hint = $"use it at once with --now; to give it up, remove {files.Next} and send SIGHUP to the server",
                };
            }
        }

        return await ApplyAsync(options, files, DateTimeOffset.UtcNow + after, cancellationToken);
    }

    /// <summary>Uses the next host key at once, and makes it if none is planned.</summary>
    /// <remarks>A client that has not learned it refuses the server.</remarks>
    /// <param name="options">The folders of the server.</param>
    /// <param name="cancellationToken">Stops waiting for the running server.</param>
    /// <exception cref="RemoteShellException">The files cannot be used, or the server refuses.</exception>
    public static Task<HostKeyPlan> UseNowAsync(ServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ApplyAsync(options, new(options.HostKeyFile), DateTimeOffset.UtcNow, cancellationToken);
    }

    private static async Task<HostKeyPlan> ApplyAsync(
        ServerOptions options, HostKeyFiles files, DateTimeOffset from, CancellationToken cancellationToken)
    {
        using Identity former = Identity.LoadOrCreate(options.HostKeyFile);
        using Identity? before = ReadNext(files, out _);
        (Identity identity, DateTimeOffset time) = files.PlanNext(from);
        using Identity next = identity;
        AdminReply? reply = await AdminClient.TryAskAsync(options.StateFolder, new("reload-host-key"), cancellationToken);
        if (time <= DateTimeOffset.UtcNow)
            Use(files, next, reply);
        return new()
        {
            Former = former.PublicKey,
            Next = next.PublicKey,
            From = time,
            WasPlanned = before is not null,
            EndedInvitations = new InvitationFolder(options.InvitationFolder, new AuthorizedKeys(options.AuthorizedKeysFile)).CountAt(time),
            IsServerRunning = reply is not null,
        };
    }

    private static void Use(HostKeyFiles files, Identity next, AdminReply? reply)
    {
        if (reply is null)
            files.UseNext();
        else if (reply.Status?.HostKey != next.PublicKey.Fingerprint)
            throw new RemoteShellException("the server does not use the next host key") { Hint = "find the reason in its log" };
    }

    private static Identity? ReadNext(HostKeyFiles files, out DateTimeOffset from)
    {
        NextHostKey? next = files.ReadNext();
        from = next?.From ?? default;
        return next?.Identity;
    }
}
