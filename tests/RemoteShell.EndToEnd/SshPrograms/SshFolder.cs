using System.Diagnostics;
using System.Text;

namespace RemoteShell.EndToEnd.SshPrograms;

/// <summary>A server, and a folder in which other programs find <c>rsh-ssh</c> first, and hosts that lead to the server.</summary>
/// <remarks>The hosts are <c>far</c>, <c>far1</c> to <c>far20</c>, and those of <see cref="AddHostAsync"/>.</remarks>
public sealed class SshFolder : IAsyncDisposable
{
    // For programs that call ssh many times, on a busy machine.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly string _bin;

    private SshFolder(Programs programs)
    {
        Programs = programs;
        _bin = Path.Combine(programs.Home, "bin");
        Work = Path.Combine(programs.Home, "work");
    }

    /// <summary>The server and the client.</summary>
    public Programs Programs { get; }

    /// <summary>The folder where scripts start, <c>$W</c> in them.</summary>
    public string Work { get; }

    /// <summary>A path in <see cref="Work"/>.</summary>
    public string this[string name] => Path.Combine(Work, name);

    /// <summary>The number of <c>rsh-ssh</c> processes of this folder that run now.</summary>
    public int Running => Directory.GetDirectories("/proc").Count(IsOwn);

    /// <summary>Skips the test if one of the programs is not installed.</summary>
    public static void Need(params string[] programs)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        foreach (string program in programs)
        {
            bool isThere = folders.Any(folder => File.Exists(Path.Combine(folder, program)));
            Assert.SkipUnless(isThere, $"needs {program}, which is not installed");
        }
    }

    /// <summary>Starts a server, and makes the folder.</summary>
    public static async Task<SshFolder> StartAsync(params string[] options)
    {
        Programs programs = await Programs.StartAsync(["--stop-grace=100ms", .. options]);
        var folder = new SshFolder(programs);
        Directory.CreateDirectory(folder.Work);
        Directory.CreateDirectory(folder._bin);
        File.CreateSymbolicLink(Path.Combine(folder._bin, "rsh-ssh"), Programs.ClientPath);
        File.CreateSymbolicLink(Path.Combine(folder._bin, "rsh-client"), Programs.ClientPath);
        await folder.AddHostAsync("far far?*", $"Port {programs.Host.Split(':')[1]}");
        return folder;
    }

    /// <summary>Adds a host of this machine to the configuration.</summary>
    public Task AddHostAsync(string patterns, params string[] lines)
        => File.AppendAllTextAsync(
            Path.Combine(Programs.Home, "client", "config"), $"Host {patterns}\n HostName 127.0.0.1\n {string.Join("\n ", lines)}\n");

    /// <summary>Runs a script of bash, which ends at the first command that fails, and returns its output.</summary>
    public async Task<string> RunAsync(string script)
    {
        Output output = await TryAsync($"set -euo pipefail\n{script}");
        Assert.True(output.Status == 0, $"status {output.Status}\n{output.Error}\n{output.Text}");
        return output.Text;
    }

    /// <summary>Runs a script of bash.</summary>
    public async Task<Output> TryAsync(string script)
    {
        using Process process = Start(script);
        process.StandardInput.Close();
        Task<byte[]> output = ReadAsync(process.StandardOutput.BaseStream), error = ReadAsync(process.StandardError.BaseStream);
        try
        {
            await process.WaitForExitAsync().Within(Limit);
            return new(process.ExitCode, await output.Within(), Encoding.UTF8.GetString(await error.Within()));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            string said = error.IsCompleted ? Encoding.UTF8.GetString(await error) : "";
            throw new TimeoutException($"waited in vain for the end of: {script}\n{said}");
        }
    }

    /// <summary>Starts a script of bash, with pipes.</summary>
    public Process Start(string script) => Programs.StartIn(Variables, "/bin/bash", "-c", $"cd \"$W\"\n{script}");

    /// <summary>Starts a script of bash on a terminal.</summary>
    public TestTerminal StartOnTerminal(string script)
    {
        var all = new Dictionary<string, string>(Variables, StringComparer.Ordinal) { ["RSH_HOME"] = Programs.Home };
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root)
            all["DOTNET_ROOT"] = root;
        return TestTerminal.Start("/bin/bash", ["--norc", "-c", $"cd \"$W\"\n{script}"], all);
    }

    public async ValueTask DisposeAsync()
    {
        // The framework cannot delete a file whose name is not UTF-8.
        await Programs.RunToolAsync("rm", "-rf", Work);
        await Programs.DisposeAsync();
    }

    private Dictionary<string, string> Variables => new()
    {
        ["PATH"] = $"{_bin}:{Environment.GetEnvironmentVariable("PATH")}",
        ["HOME"] = Programs.Home,
        ["W"] = Work,
        ["BIN"] = _bin,
        ["PORT"] = Programs.Host.Split(':')[1],
        ["LANG"] = "C.UTF-8",
        ["LC_ALL"] = "C.UTF-8",
    };

    private bool IsOwn(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Contains("rsh-ssh", StringComparison.Ordinal)
                && File.ReadAllText(Path.Combine(process, "environ")).Contains(Programs.Home, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is not a process.
            return false;
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }
}
