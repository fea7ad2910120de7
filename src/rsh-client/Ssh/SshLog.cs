using RemoteShell.Cli.Client.Output;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>What a call says on standard error, by its LogLevel.</summary>
/// <param name="level">The value of LogLevel; null: INFO.</param>
internal sealed class SshLog(string? level)
{
    /// <summary>Whether texts of the server and warnings are dropped.</summary>
    public bool IsQuiet => level is not null && level.ToUpperInvariant() is "QUIET" or "FATAL" or "ERROR";

    /// <summary>Whether the steps of the call are shown.</summary>
    public bool IsDebug => level?.StartsWith("DEBUG", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Shows a text of the server, or a warning.</summary>
    public void Say(string text)
    {
        if (!IsQuiet)
            UserMessages.Say(text);
    }

    /// <summary>Shows a line without the name of this program, as ssh does; other programs look for some of them.</summary>
    public void Announce(string text)
    {
        if (!IsQuiet)
            UserMessages.Announce(text);
    }

    /// <summary>Shows a line as <c>ssh -v</c> does; other programs look for some of them.</summary>
    public void Debug(string text)
    {
        if (IsDebug)
            UserMessages.Announce($"debug1: {UserMessages.Line(text)}");
    }
}
