using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>Why a connection or a channel ended: a value, of which the first one stays.</summary>
/// <param name="Code">One of <see cref="ErrorCode"/>, or <see cref="Goodbye"/>, or <see cref="Lost"/>.</param>
/// <param name="Text">What happened, for people.</param>
/// <param name="Cure">What to do about it, for people.</param>
public sealed record CloseReason(string Code, string Text, string? Cure = null)
{
    /// <summary>The code of an end that either side announced.</summary>
    public const string Goodbye = "goodbye";

    /// <summary>The code of an end that nobody announced.</summary>
    public const string Lost = "lost";

    /// <summary>Whether the network is to blame: nobody meant it, and another connection may do better.</summary>
    public bool IsLoss => Code is Lost or ErrorCode.Silent or ErrorCode.Truncated;

    internal static CloseReason From(ErrorMessage error) => new(error.Code, error.Text, error.Cure);
}
