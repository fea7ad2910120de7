namespace RemoteShell.Files.Partials;

/// <summary>The mode of a new file: 0666 without the umask of the process.</summary>
internal static class NewFileMode
{
    private const int AllMayReadAndWrite = 0x1b6, UsualUmask = 0x12;

    public static int Current { get; } = AllMayReadAndWrite & ~Umask();

    // umask(2) cannot read it without changing it for all threads.
    private static int Umask()
    {
        try
        {
            string? line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("Umask:", StringComparison.Ordinal));
            return line is null ? UsualUmask : Convert.ToInt32(line["Umask:".Length..].Trim(), 8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return UsualUmask;
        }
    }
}
