using System.Net;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Chat;
using RemoteShell.Server.Jobs;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Runners;
using RemoteShell.Server.Presence;
using Serilog;

namespace RemoteShell.Server.Requests;

/// <summary>What every request of one client is answered from.</summary>
internal sealed class RequestContext(ConnectionInfo presence, RequestServices services, ILogger log)
{
    /// <summary>The connection as others see it.</summary>
    public ConnectionInfo Presence => presence;

    public AuthorizedKey Client => presence.Client;

    public IPEndPoint Peer => presence.Peer;

    public RequestServices Services => services;

    public ILogger Log => log;

    /// <summary>Refuses a request for somebody whom the server does not run as; true where it did.</summary>
    public bool RefuseUser(Channel channel, string? user)
    {
        string own = services.Bodies.Account.Name;
        if (user is null || user == own)
            return false;
        channel.Refuse(ErrorCode.Forbidden, $"this server runs everything as '{own}', not as '{user}'", $"leave the user out, or ask a server that runs as '{user}'");
        return true;
    }

    /// <summary>Refuses what the key's options deny; true where it did.</summary>
    public bool RefuseDenied(Channel channel, string what)
    {
        if (!Client.Denied.Contains(what))
            return false;
        channel.Refuse(ErrorCode.Forbidden, $"this key may not {what} here", $"whoever runs the server has denied it by no-{what} in front of the key");
        return true;
    }

    /// <summary>Refuses a request whose streams this server cannot make; true where it did.</summary>
    public static bool RefuseUnreadable(Channel channel, OpenRequest request)
    {
        if (StreamDigest.IsKnown(request.Digest) && request.Window > 0)
            return false;
        channel.Refuse(ErrorCode.BadRequest, request.Window > 0 ? $"'{request.Digest}' is no digest that this server computes" : "the window must be at least a byte");
        return true;
    }

    /// <summary>The client's own job of that name; null where the request was refused.</summary>
    public Job? FindJob(Channel channel, string prefix)
    {
        Job[] found = prefix.Length == 0 ? [] : services.Keeper.Table.Match(prefix, Client.Key);
        if (found.Length == 1)
            return found[0];
        if (found.Length == 0)
            channel.Refuse(ErrorCode.NotFound, $"there is no job '{prefix}' of this key", "'rsh-client jobs --all HOST' lists those there are");
        else
            channel.Refuse(ErrorCode.Ambiguous, $"'{prefix}' begins the ids of {found.Length} jobs: {string.Join(", ", found.Take(5).Select(job => job.Id))}{(found.Length > 5 ? ", …" : "")}", "write more of the id");
        return null;
    }

    /// <summary>The client has the job's result and output.</summary>
    public void Deliver(string job) => services.Keeper.Table.Find(job, Client.Key)?.Clients.MarkDelivered();
}

/// <summary>What the requests of all clients share.</summary>
/// <param name="Bodies">What can be run.</param>
/// <param name="Keeper">The jobs.</param>
/// <param name="Rooms">Where they chat.</param>
/// <param name="Notices">What they showed everybody.</param>
/// <param name="Present">Who is connected.</param>
/// <param name="Stopping">Cancelled when the server stops: whoever only looks on is not waited for.</param>
internal sealed record RequestServices(JobRunnerFactory Bodies, JobManager Keeper, Rooms Rooms, NotifyThrottle Notices, Func<IEnumerable<ConnectionInfo>> Present, CancellationToken Stopping);
