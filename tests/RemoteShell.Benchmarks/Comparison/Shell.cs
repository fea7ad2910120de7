using System.Diagnostics;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Programs as users start them, and how long they take.</summary>
internal static class Shell
{
    /// <summary>Runs a program to its end; returns the milliseconds that it took.</summary>
    public static async Task<double> TimeAsync(string program, params string[] arguments)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Start(program, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        await output;
        return process.ExitCode == 0 ? took : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: status {process.ExitCode}: {await error}");
    }

    /// <summary>Runs a line of the shell to its end; returns the milliseconds that it took.</summary>
    public static Task<double> LineAsync(string line) => TimeAsync("/bin/sh", "-c", line);

    /// <summary>What a program prints.</summary>
    public static async Task<string> OutputAsync(string program, string[] arguments, string input = "")
    {
        using Process process = Start(program, arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: status {process.ExitCode}: {await error}");
    }

    /// <summary>Starts a program with its standard streams redirected.</summary>
    public static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Ends a process that this program started.</summary>
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
}
