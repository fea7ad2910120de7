using System.Diagnostics;
using System.Globalization;

namespace RemoteShell.EndToEnd;

/// <summary>With 4 GiB waiting to be sent, client and server use no more memory than their windows and buffers.</summary>
public class MemoryTests
{
    // In bytes. The windows and buffers of both streams are below 8 MiB; the rest is for the runtime's heap.
    private const long Allowed = 48 << 20;

    [Fact]
    public async Task Slow_or_missing_reader_does_not_cost_memory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: /proc/PID/status");
        await using Programs programs = await Programs.StartAsync("--job-quota", "67108864", "--kill-grace", "1s", "--stop-grace", "1s");
        // First measure a command whose output is read at once.
        Assert.Equal(64 << 20, (await programs.ClientAsync("run", programs.Host, "head -c 67108864 /dev/zero")).Bytes.Length);
        long server = Resident(programs.Server);
        using Process client = programs.Start(
            "rsh-client", "run", "--on-disconnect", "keep", programs.Host, "head -c 4294967296 /dev/zero; head -c 1000 /dev/zero >&2");
        var piece = new byte[1 << 20];
        await client.StandardOutput.BaseStream.ReadExactlyAsync(piece).AsTask().Within();
        long own = Resident(client);
        for (int i = 0; i < 6; i++)
        {
            // The pace of the reader: 1 MiB/s.
            await Task.Delay(TimeSpan.FromSeconds(1));
            await client.StandardOutput.BaseStream.ReadExactlyAsync(piece).AsTask().Within();
            Assert.InRange(Resident(programs.Server), 1, server + Allowed);
            Assert.InRange(Resident(client), 1, own + Allowed);
        }

        client.Kill();
        await client.WaitForExitAsync().Within();
        // Without a client the output goes to a file, up to the quota, where the job pauses.
        await Waiting.UntilAsync(
            async () => (await programs.ClientAsync("jobs", programs.Host)).Text.Contains("  held  ", StringComparison.Ordinal),
            "the job is held");
        Assert.InRange(Resident(programs.Server), 1, server + Allowed);
        string job = (await programs.ClientAsync("jobs", programs.Host)).Text.Split(' ')[0];
        Assert.Equal(0, (await programs.ClientAsync("kill", programs.Host, job)).Status);
    }

    private static long Resident(Process process)
    {
        string line = File.ReadLines($"/proc/{process.Id}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
