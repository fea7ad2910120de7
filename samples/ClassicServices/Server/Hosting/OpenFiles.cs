using System.Globalization;

namespace ClassicServices.Server.Hosting;

/// <summary>Limits the clients by the file descriptors of the process.</summary>
/// <remarks>Each client takes a descriptor, and a process without any left cannot even refuse a connection.</remarks>
internal static class OpenFiles
{
    // Descriptors for the program itself, its listeners, and running commands.
    private const int Reserved = 128;

    // The limit if the system does not tell.
    private const int DefaultLimit = 4096;

    /// <summary>The most clients of all services together.</summary>
    public static int MaxClients { get; } = Math.Max(16, Limit() - Reserved);

    private static int Limit()
    {
        if (!OperatingSystem.IsLinux())
            return DefaultLimit;
        string? line = File.ReadLines("/proc/self/limits")
            .FirstOrDefault(one => one.StartsWith("Max open files", StringComparison.Ordinal));
        string[] words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        bool isKnown = int.TryParse(words.ElementAtOrDefault(3), NumberStyles.None, CultureInfo.InvariantCulture, out int limit);
        return isKnown ? limit : DefaultLimit;
    }
}
