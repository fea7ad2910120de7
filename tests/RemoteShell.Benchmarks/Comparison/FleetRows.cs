using System.Globalization;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>A command on many hosts at once, against clush over OpenSSH. All names lead to one server on loopback.</summary>
internal sealed class FleetRows(OwnServer own, OpenSsh ssh, string folder)
{
    private const string Output = "head -c 65536 /dev/zero | tr '\\0' x";

    // Prints the peak of a program's memory, in KiB.
    private const string Peak = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True); "
        + "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";

    private string Configuration => Path.Combine(folder, "fleet-config");

    private string SshConfiguration => Path.Combine(folder, "fleet-ssh-config");

    /// <summary>Writes the names of the hosts into configuration files.</summary>
    public async Task PrepareAsync()
    {
        HostAddress address = HostAddress.Parse(own.Host);
        await File.WriteAllTextAsync(Configuration, $"AcceptNew yes\nHost h*\n  HostName {address.Host}\n  Port {address.Port}\n");
        // The same as for the other rows, for all names. Their key is that of one server.
        string config = await File.ReadAllTextAsync(ssh.Cold[1]);
        string ofAll = config.Replace("Host bench", "Host h*", StringComparison.Ordinal);
        await File.WriteAllTextAsync(SshConfiguration, $"{ofAll}  HostKeyAlias bench\n");
    }

    public IEnumerable<Row> All()
    {
        yield return new(
            "`run 'h[1-200]' true`, against `clush -f 64`",
            "ms",
            () => Shell.TimeAsync(own.Client, ["run", "-q", "-F", Configuration, "h[1-200]", "true"]),
            () => Shell.TimeAsync("clush", ["-f", "64", "-o", $"-F {SshConfiguration}", "-w", "h[1-200]", "true"]),
            "≤ 0.1");
        yield return new(
            "`run --group 'h[1-200]'`, 64 KiB of output from each, against `clush -b -f 64`",
            "ms",
            () => Shell.TimeAsync(own.Client, ["run", "-q", "--group", "-F", Configuration, "h[1-200]", Output]),
            () => Shell.TimeAsync("clush", ["-b", "-f", "64", "-o", $"-F {SshConfiguration}", "-w", "h[1-200]", Output]),
            "≤ 0.125");
        yield return new(
            "`run --group 'h[1-200]'`, 64 KiB from each: memory of the client, and of `clush` with its largest `ssh`",
            "MB",
            () => PeakAsync(own.Client, "run", "-q", "--group", "-F", Configuration, "h[1-200]", Output),
            () => PeakAsync("clush", "-b", "-f", "64", "-o", $"-F {SshConfiguration}", "-w", "h[1-200]", Output),
            "ours < 100 MB");
        foreach (int hosts in (int[])[20, 200, 2000])
        {
            yield return new(
                $"`run 'h[1-{hosts}]' true`, `--fanout 256`",
                "ms",
                () => Shell.TimeAsync(own.Client, ["run", "-q", "--fanout", "256", "-F", Configuration, $"h[1-{hosts}]", "true"]),
                null,
                "linear");
            yield return new(
                $"`run 'h[1-{hosts}]' true`, `--fanout 256`: memory of the client",
                "MB",
                () => PeakAsync(own.Client, "run", "-q", "--fanout", "256", "-F", Configuration, $"h[1-{hosts}]", "true"),
                null,
                "linear");
        }
    }

    private static async Task<double> PeakAsync(string program, params string[] arguments)
    {
        string output = await Shell.OutputAsync("python3", ["-c", Peak, program, .. arguments]);
        return double.Parse(output.Trim(), CultureInfo.InvariantCulture) / 1024;
    }
}
