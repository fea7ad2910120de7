using static System.Environment;

namespace RemoteShell.Protocol.Transport;

/// <summary>The folders where a role (<c>client</c> or <c>server</c>) keeps its files. They may not exist yet.</summary>
/// <remarks>If <c>RSH_HOME</c> is set, both are <c>$RSH_HOME/ROLE</c>.</remarks>
public static class RoleFolders
{
    /// <summary>Keys and settings: <c>rsh-ROLE</c> in <c>$XDG_CONFIG_HOME</c>, by default <c>~/.config</c>.</summary>
    public static string Configuration(string role)
        => InHome(role) ?? Path.Combine(GetFolderPath(SpecialFolder.ApplicationData, SpecialFolderOption.DoNotVerify), $"rsh-{role}");

    /// <summary>Logs, jobs, history: <c>rsh-ROLE</c> in <c>$XDG_STATE_HOME</c>, by default <c>~/.local/state</c>.</summary>
    /// <remarks>On macOS and Windows: the local application data.</remarks>
    public static string State(string role) => InHome(role) ?? Path.Combine(StateRoot(), $"rsh-{role}");

    private static string? InHome(string role)
        => GetEnvironmentVariable("RSH_HOME") is { Length: > 0 } home ? Path.Combine(Path.GetFullPath(home), role) : null;

    private static string StateRoot()
    {
        if (GetEnvironmentVariable("XDG_STATE_HOME") is { } folder && Path.IsPathFullyQualified(folder))
            return folder;
        return OperatingSystem.IsMacOS() || OperatingSystem.IsWindows()
            ? GetFolderPath(SpecialFolder.LocalApplicationData, SpecialFolderOption.DoNotVerify)
            : Path.Combine(GetFolderPath(SpecialFolder.UserProfile, SpecialFolderOption.DoNotVerify), ".local", "state");
    }
}
