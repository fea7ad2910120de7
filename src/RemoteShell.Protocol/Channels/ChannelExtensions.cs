using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>Extension methods for <see cref="Channel"/>.</summary>
public static class ChannelExtensions
{
    /// <summary>Answers the request with <c>refused</c>, and ends the channel.</summary>
    /// <param name="channel">The channel of the request.</param>
    /// <param name="code">One of <see cref="ErrorCode"/>.</param>
    /// <param name="text">What is wrong, for people.</param>
    /// <param name="hint">What to do about it; null if nothing helps.</param>
    public static void Refuse(this Channel channel, string code, string text, string? hint = null)
        => channel.Finish(new RefusedMessage { Code = code, Text = text, Hint = hint });
}
