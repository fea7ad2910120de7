namespace RemoteShell.Protocol.Messages;

/// <summary>Shows a line to all other connected clients, as a <see cref="NoticeMessage"/>.</summary>
/// <remarks>Byte stream: <c>notified</c> out, one line with the name of each connection that got the notice.</remarks>
public sealed record NotifyRequest() : OpenRequest("notify")
{
    /// <summary>An id that the client chooses. A repetition after a reconnect has the same, so the line is shown once.</summary>
    public required string Id { get; init; }

    /// <summary>The line, 1 to 1024 characters.</summary>
    public required string Text { get; init; }

    internal override string? FindFault() => base.FindFault() ?? WireRange.Length("id", Id, 1, 64);
}
