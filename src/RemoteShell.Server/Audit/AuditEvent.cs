namespace RemoteShell.Server.Audit;

/// <summary>What a line of the audit journal is about.</summary>
public static class AuditEvent
{
    /// <summary>The server has started. <see cref="AuditLine.Torn"/> lines before this one were cut short by a crash.</summary>
    public const string Start = "start";

    /// <summary>The server stops.</summary>
    public const string Stop = "stop";

    /// <summary>The first line of a file that follows another one.</summary>
    public const string Continue = "continue";

    /// <summary>The server signs all lines before this one by its host key.</summary>
    public const string Seal = "seal";

    /// <summary><see cref="AuditLine.Lost"/> lines could not be written.</summary>
    public const string Gap = "gap";

    /// <summary>A client has connected.</summary>
    public const string Connect = "connect";

    /// <summary>A client has left.</summary>
    public const string Disconnect = "disconnect";

    /// <summary>A client, or a request of a client, was refused.</summary>
    public const string Refuse = "refuse";

    /// <summary>A client that can prove a key of ssh was asked for the proof.</summary>
    public const string Ask = "ask";

    /// <summary>A client has made a request that starts no job.</summary>
    public const string Request = "request";

    /// <summary>A job is about to start.</summary>
    public const string JobStart = "job-start";

    /// <summary>A job has ended.</summary>
    public const string JobEnd = "job-end";

    /// <summary>A client has received the output of a job to its end: bytes and digests.</summary>
    public const string Output = "output";

    /// <summary>A file was transferred, or was not.</summary>
    public const string Transfer = "transfer";

    /// <summary>A connection to a port or socket was made for a client.</summary>
    public const string ForwardOpen = "forward-open";

    /// <summary>A forwarded connection has ended.</summary>
    public const string ForwardClose = "forward-close";

    /// <summary>The server began to listen for a client.</summary>
    public const string Listen = "listen";

    /// <summary>A connection to a port or socket where the server listens for a client is about to be passed on.</summary>
    public const string ForwardAccept = "forward-accept";

    /// <summary>The server does not listen for a client any more: <see cref="AuditLine.Accepted"/> connections were accepted.</summary>
    public const string ListenClose = "listen-close";

    /// <summary>The server's administrator has given a command.</summary>
    public const string Admin = "admin";

    /// <summary>A list of keys has changed, or a key was added to it.</summary>
    public const string Keys = "keys";

    /// <summary>The host key has been replaced.</summary>
    public const string HostKey = "host-key";
}
