using static System.Environment;

namespace RemoteShell.Protocol.Transport;

/// <summary>The folders where a role (<c>client</c> or <c>server</c>) keeps its files. They may not exist yet.</summary>
/// <remarks>
/// If <c>RSH_HOME</c> is set, both are <c>$RSH_HOME/ROLE</c>. A variable that names the folder and is not valid UTF-8 is refused.
/// </remarks>
public static class RoleFolders
{
    private static readonly string[] Variables = ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"];

    /// <summary>Keys and settings: <c>rsh-ROLE</c> in <c>$XDG_CONFIG_HOME</c>, by default <c>~/.config</c>.</summary>
    public static string Configuration(string role)
        => InHome(role) ?? Path.Combine(GetFolderPath(SpecialFolder.ApplicationData, SpecialFolderOption.DoNotVerify), $"rsh-{role}");

    /// <summary>Logs, jobs, history: <c>rsh-ROLE</c> in <c>$XDG_STATE_HOME</c>, by default <c>~/.local/state</c>.</summary>
    /// <remarks>On macOS and Windows: the local application data.</remarks>
    public static string State(string role) => InHome(role) ?? Path.Combine(StateRoot(), $"rsh-{role}");

    private static string? InHome(string role)
    {
        if (GetEnvironmentVariable("RSH_HOME") is not { Length: > 0 } home)
        {
            foreach (string name in Variables)
                CheckText(name, GetEnvironmentVariable(name));
            return null;
        }

        CheckText("RSH_HOME", home);
        return Path.Combine(Path.GetFullPath(home), role);
    }

    // The framework decodes variables as UTF-8, and replaces other bytes. That would be another folder, with another key in it.
    private static void CheckText(string name, string? value)
    {
        if (value?.Contains('\uFFFD', StringComparison.Ordinal) == true)
        {
            throw new PrivateFileException($"{name} is not valid UTF-8, and the folder that it names cannot be used")
            {
                Hint = $"give {name} the path of a folder whose name is UTF-8",
            };
        }
    }

    private static string StateRoot()
    {
        if (GetEnvironmentVariable("XDG_STATE_HOME") is { } folder && Path.IsPathFullyQualified(folder))
            return folder;
        return OperatingSystem.IsMacOS() || OperatingSystem.IsWindows()
            ? GetFolderPath(SpecialFolder.LocalApplicationData, SpecialFolderOption.DoNotVerify)
            : Path.Combine(GetFolderPath(SpecialFolder.UserProfile, SpecialFolderOption.DoNotVerify), ".local", "state");
    }
}
