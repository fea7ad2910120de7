using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Native;
using RemoteShell.Cli.Client.Terminals;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>Whether the remote command gets a terminal, as ssh decides it.</summary>
internal static class SshTerminalChoice
{
    /// <summary>Whether it gets one.</summary>
    /// <param name="settings">What applies to the call.</param>
    /// <param name="isShell">Whether the call runs a login shell.</param>
    /// <param name="log">Told if a terminal was asked for, and cannot be.</param>
    public static bool IsWanted(SshSettings settings, bool isShell, SshLog log)
    {
        string asked = settings.Find(ConfigurationKeys.RequestTty) ?? "auto";
        bool isInput = !OperatingSystem.IsWindows() && LibC.IsATty(LibC.StandardInput) == 1;
        bool isSubsystem = string.Equals(settings.Find(SshKeys.SessionType), "subsystem", StringComparison.OrdinalIgnoreCase);
        bool isWanted = asked == "force" || (!isSubsystem && (asked is "yes" or "true" || (asked == "auto" && isShell)));
        if (!isWanted || asked == "force" || isInput)
            return isWanted;
        log.Say("Pseudo-terminal will not be allocated because stdin is not a terminal.");
        return false;
    }

    /// <summary>Whether the terminal of this program can show it.</summary>
    public static bool CanShow => LocalTerminal.IsThere;
}
