using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>Why a connection or a channel ended. Only the first reason is kept.</summary>
/// <param name="Code">An <see cref="ErrorCode"/>, <see cref="Goodbye"/>, <see cref="Lost"/> or <see cref="NoAnswer"/>.</param>
/// <param name="Text">What happened, for people.</param>
/// <param name="Hint">What to do about it, for people.</param>
public sealed record CloseReason(string Code, string Text, string? Hint = null)
{
    /// <summary>The code if either side closed on purpose.</summary>
    public const string Goodbye = "goodbye";

    /// <summary>The code if the connection ended without a goodbye or an error.</summary>
    public const string Lost = "lost";

    /// <summary>The code if the server did not say <c>hello</c> in time on the first connection.</summary>
    public const string NoAnswer = "no-answer";

    /// <summary>The name of the key of ssh that the server asks the client to prove; null: it asks for none.</summary>
    public string? AskedKey { get; init; }

    /// <summary>Whether the server knows a proof of <see cref="AskedKey"/>.</summary>
    public bool IsProved { get; init; }

    /// <summary>Whether the server had accepted the client before, so that it may have done what was asked for.</summary>
    public bool WasAccepted { get; init; }

    /// <summary>Whether the network is the cause, so that another connection may work.</summary>
    public bool IsLoss => Code is Lost or ErrorCode.Silent or ErrorCode.Truncated;

    // A loss is what this side sees, and nothing that a peer can send. The text may be absent.
    internal static CloseReason From(ErrorMessage error) => new(
        error.Code == Lost ? ErrorCode.Internal : error.Code,
        error.Text.Length > 0 ? error.Text : $"the other side sent the error '{error.Code}'",
        error.Hint)
    {
        AskedKey = error.Code == ErrorCode.Unauthorized ? error.Key : null,
        IsProved = error.Proved,
        WasAccepted = error.Accepted,
    };
}
