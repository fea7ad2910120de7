using System.Diagnostics;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>The program with simulated hosts, which was built beside this one.</summary>
internal static class Simulator
{
    // For ten thousand hosts.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>The path of the program.</summary>
    public static string Path { get; } = System.IO.Path.Combine(
        AppContext.BaseDirectory, "..", "..", "RemoteShell.Simulator", System.IO.Path.GetFileName(
            AppContext.BaseDirectory.TrimEnd(System.IO.Path.DirectorySeparatorChar)), "RemoteShell.Simulator");

    /// <summary>Starts it, and waits until it is ready.</summary>
    /// <param name="readyFile">The file that says so.</param>
    /// <param name="arguments">More arguments.</param>
    public static async Task<Process> StartAsync(string readyFile, params string[] arguments)
    {
        Process process = Shell.Start(Path, [.. arguments, "--ready-file", readyFile]);
        long start = Stopwatch.GetTimestamp();
        while (!File.Exists(readyFile))
        {
            if (process.HasExited)
                throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
            if (Stopwatch.GetElapsedTime(start) > Limit)
                throw new TimeoutException("the simulator is not ready");
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }

        return process;
    }
}
