namespace RemoteShell.Protocol.Messages;

/// <summary>Shows a line to everybody else who is connected, by a <see cref="NoticeMessage"/>. Byte stream: <c>notified</c> out, the name of a connection that was told in each line.</summary>
public sealed record NotifyRequest() : OpenRequest("notify")
{
    /// <summary>A name of the client's making, the same when the request is repeated after a cut: the line is shown once.</summary>
    public required string Id { get; init; }

    /// <summary>What to show: 1 to 1024 characters.</summary>
    public required string Text { get; init; }
}
