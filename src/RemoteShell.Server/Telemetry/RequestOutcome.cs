using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Telemetry;

/// <summary>How a request ended, in words of a fixed set.</summary>
/// <param name="Word">One of the constants.</param>
/// <param name="Error">An error code of this server; null if there is none.</param>
internal readonly record struct RequestOutcome(string Word, string? Error)
{
    /// <summary>The request was answered. A command may have failed all the same.</summary>
    public const string Ok = "ok";

    /// <summary>The request was refused.</summary>
    public const string Refused = "refused";

    /// <summary>The server ended the request with an error.</summary>
    public const string Failed = "failed";

    /// <summary>The client ended the request, or its connection was lost.</summary>
    public const string Left = "left";

    /// <summary>The outcome of a request whose handler has returned, before its channel is disposed.</summary>
    public static RequestOutcome Of(Channel channel) => channel.LastSent switch
    {
        RefusedMessage refused => new(Refused, refused.Code),
        ErrorMessage error => new(Failed, error.Code),
        null when channel.Failure is not null => new(Left, null),
        _ => new(Ok, null),
    };
}
