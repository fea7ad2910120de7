namespace RemoteShell.Protocol.Transport;

/// <summary>Creates folders that only their owner can read, change and enter (mode 0700).</summary>
public static class PrivateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Creates the folder and its missing parents. A folder that exists keeps its mode.</summary>
    /// <remarks>On Windows the access rules of the parent folder apply.</remarks>
    public static void Create(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly);
    }

    /// <summary>Creates the folder, and removes access for others if it exists.</summary>
    public static void CreateOrRestrict(string folder)
    {
        Create(folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, OwnerOnly);
    }
}
