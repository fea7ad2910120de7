using System.Globalization;

namespace ClassicServices.Server.Hosting;

/// <summary>How many clients fit: each takes a file descriptor, and a process without any left cannot even say so.</summary>
internal static class OpenFiles
{
    // For the program itself, its listeners, and commands that run.
    private const int Spare = 128;

    // Where the system does not tell.
    private const int Usual = 4096;

    public static int MostClients { get; } = Math.Max(16, Limit() - Spare);

    private static int Limit()
    {
        if (!OperatingSystem.IsLinux())
            return Usual;
        string? line = File.ReadLines("/proc/self/limits").FirstOrDefault(one => one.StartsWith("Max open files", StringComparison.Ordinal));
        string[] words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length > 3 && int.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out int limit) ? limit : Usual;
    }
}
