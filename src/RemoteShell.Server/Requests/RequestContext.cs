using System.Net;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Jobs;
using Serilog;

namespace RemoteShell.Server.Requests;

/// <summary>What every request of one client is answered from.</summary>
internal sealed class RequestContext(AuthorizedKey client, IPEndPoint peer, RequestServices services, ILogger log)
{
    private int _jobs;

    public AuthorizedKey Client => client;

    public IPEndPoint Peer => peer;

    public RequestServices Services => services;

    public ILogger Log => log;

    /// <summary>Says no, and ends the channel.</summary>
    public static void Refuse(Channel channel, string code, string text, string? cure = null)
    {
        channel.Finish(new Refused { Code = code, Text = text, Cure = cure });
    }

    /// <summary>Refuses a request for somebody whom the server does not run as; true where it did.</summary>
    public bool RefuseUser(Channel channel, string? user)
    {
        string own = services.Bodies.Account.Name;
        if (user is null || user == own)
            return false;
        Refuse(channel, ErrorCode.Forbidden, $"this server runs everything as '{own}', not as '{user}'", $"leave the user out, or ask a server that runs as '{user}'");
        return true;
    }

    /// <summary>Counts a job of this connection in; false where it is too many.</summary>
    public bool TryBeginJob()
    {
        if (Interlocked.Increment(ref _jobs) <= services.Limits.Jobs)
            return true;
        Interlocked.Decrement(ref _jobs);
        return false;
    }

    /// <summary>Counts a job out.</summary>
    public void EndJob() => Interlocked.Decrement(ref _jobs);
}

/// <summary>What the requests of all clients share.</summary>
internal sealed record RequestServices(JobBodies Bodies, JobTable Jobs, ServerLimits Limits);
