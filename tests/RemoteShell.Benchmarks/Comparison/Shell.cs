using System.Diagnostics;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Runs programs as users start them, and measures their time.</summary>
internal static class Shell
{
    /// <summary>Runs a program to its end. Returns its time in ms.</summary>
    public static async Task<double> TimeAsync(string program, params string[] arguments)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Start(program, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        await output;
        if (process.ExitCode != 0)
            throw Failure(program, arguments, process, await error);
        return took;
    }

    /// <summary>Runs a shell command line to its end. Returns its time in ms.</summary>
    public static Task<double> LineAsync(string line) => TimeAsync("/bin/sh", "-c", line);

    /// <summary>Runs a program to its end. Returns its standard output.</summary>
    public static async Task<string> OutputAsync(string program, string[] arguments, string input = "")
    {
        using Process process = Start(program, arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw Failure(program, arguments, process, await error);
        return output;
    }

    /// <summary>Starts a program with its standard streams redirected.</summary>
    public static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Kills a process that this program started.</summary>
    public static async Task EndAsync(Process process)
    {
        if (!process.HasExited)
        {
            using Process kill = Process.Start("kill", [$"{process.Id}"]);
            await kill.WaitForExitAsync();
        }

        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static InvalidOperationException Failure(string program, string[] arguments, Process process, string error)
        => new($"{program} {string.Join(' ', arguments)}: status {process.ExitCode}: {error}");
}
