using RemoteShell.Protocol;

namespace RemoteShell.Server.Jobs;

/// <summary>A job cannot begin; nothing ran.</summary>
internal sealed class JobRefusedException(string code, string message, string? cure) : RemoteShellException(message)
{
    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public string Code => code;

    /// <summary>What the user can do about it; null: nothing.</summary>
    public string? Advice => cure;
}
