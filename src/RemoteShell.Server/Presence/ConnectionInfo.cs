using System.Collections.Concurrent;
using System.Net;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Logging;

namespace RemoteShell.Server.Presence;

/// <summary>One connection as others see it: who it is, since when, and what it does.</summary>
internal sealed class ConnectionInfo(long id, AuthorizedKey client, IPEndPoint peer)
{
    // Long enough for every name that people give, and short enough for a line that tells many.
    private const int LongestName = 64;

    private readonly ConcurrentDictionary<Channel, OpenRequest> _requests = new();

    /// <summary>Its number at this server.</summary>
    public long Id => id;

    public AuthorizedKey Client => client;

    public IPEndPoint Peer => peer;

    /// <summary>What others call it: the name that its key carries, or the beginning of its fingerprint.</summary>
    public string Name { get; } = client.Comment.Length > 0 ? client.Comment[..Math.Min(client.Comment.Length, LongestName)] : client.Key.Fingerprint[..15];

    public DateTimeOffset Since { get; } = DateTimeOffset.UtcNow;

    /// <summary>Tells when something last flowed.</summary>
    public Func<long> LastActivity { get; set; } = () => Environment.TickCount64;

    /// <summary>Shows it a text for people.</summary>
    public Action<string> Tell { get; set; } = _ => { };

    /// <summary>What it does, in words.</summary>
    public IEnumerable<string> Doing => _requests.Values.Select(request => LogSanitizer.Of(Words(request)));

    /// <summary>Whether it waits for something that may well be silent for long: a command without a terminal, or what others do.</summary>
    public bool IsWaiting => _requests.Values.Any(request => request is ExecRequest { Tty: null } or AttachRequest { Tty: null } or LogsRequest { Follow: true } or WaitRequest or KillRequest);

    public void Begin(Channel channel, OpenRequest request) => _requests[channel] = request;

    public void End(Channel channel) => _requests.TryRemove(channel, out _);

    private static string Words(OpenRequest request) => request switch
    {
        ExecRequest { Tty: not null } exec => $"on a terminal: {Text(exec)}",
        ExecRequest exec => $"runs: {Text(exec)}",
        AttachRequest attach => $"attached to {attach.Job}",
        LogsRequest logs => $"reads the logs of {logs.Job}",
        WaitRequest wait => $"waits for {wait.Job}",
        ChatRequest chat => $"chats in {chat.Room}",
        GetRequest get => $"fetches {get.Path}",
        _ => request.Request,
    };

    private static string Text(ExecRequest exec) => Jobs.Runners.ProcessSpecBuilder.Describe(exec);
}
