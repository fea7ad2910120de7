using System.Diagnostics;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>A network of its own, whose loopback device takes 50 ms each way and loses 0.1 % of all packets. Needs root.</summary>
internal sealed class LossyLink : IAsyncDisposable
{
    private readonly Process _process;

    private LossyLink(Process process) => _process = process;

    /// <summary>Makes the network.</summary>
    /// <returns>The network, or why there is none.</returns>
    public static async Task<(LossyLink? Link, string? Fault)> StartAsync()
    {
        const string loss = "tc qdisc add dev lo root netem delay 50ms loss 0.1% limit 100000";
        const string line = $"ip link set lo up && {loss} && echo ready && exec cat";
        Process process = Shell.Start("unshare", "-n", "sh", "-c", line);
        if (await process.StandardOutput.ReadLineAsync() == "ready")
            return (new(process), null);
        string fault = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.Dispose();
        return (null, fault.Trim().ReplaceLineEndings("; "));
    }

    /// <summary>Makes scripts that run the programs of a folder in the network.</summary>
    /// <returns>The folder of the scripts.</returns>
    public string Wrap(string programs, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string program in Directory.GetFiles(programs))
        {
            string script = Path.Combine(folder, Path.GetFileName(program));
            File.WriteAllText(script, $"#!/bin/sh\nexec nsenter -t {_process.Id} -n '{program}' \"$@\"\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return folder;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
