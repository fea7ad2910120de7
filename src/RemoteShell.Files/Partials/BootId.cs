namespace RemoteShell.Files.Partials;

/// <summary>Identifies the time since the machine was started.</summary>
internal static class BootId
{
    private const string Path = "/proc/sys/kernel/random/boot_id";

    /// <summary>The id; a new one for each process where the kernel does not tell.</summary>
    public static string Current { get; } = Read();

    private static string Read()
    {
        try
        {
            return File.ReadAllText(Path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Guid.NewGuid().ToString();
        }
    }
}
