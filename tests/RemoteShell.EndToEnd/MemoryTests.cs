using System.Diagnostics;
using System.Globalization;

namespace RemoteShell.EndToEnd;

/// <summary>P4: four gibibytes wait to be sent, and neither end takes more memory for that than its windows and logs.</summary>
public class MemoryTests
{
    // Both streams' windows, logs and pieces under way are below 8 MiB; the rest is what a runtime does with its heap meanwhile.
    private const long Allowed = 48 << 20;

    [Fact]
    public async Task Neither_a_slow_reader_nor_one_that_is_gone_costs_memory()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await using Programs programs = await Programs.StartAsync("--job-quota", "67108864", "--kill-grace", "1s", "--stop-grace", "1s");
        // What the programs need for themselves shows with a command whose output is read at once.
        Assert.Equal(64 << 20, (await programs.ClientAsync("run", programs.Host, "head -c 67108864 /dev/zero")).Bytes.Length);
        long server = Resident(programs.Server);
        using Process client = programs.Start("rsh-client", "run", "--on-disconnect", "keep", programs.Host, "head -c 4294967296 /dev/zero; head -c 1000 /dev/zero >&2");
        var piece = new byte[1 << 20];
        await client.StandardOutput.BaseStream.ReadExactlyAsync(piece).AsTask().Within();
        long own = Resident(client);
        for (int i = 0; i < 6; i++)
        {
            // This is the reader's pace, one mebibyte a second, and nothing that is waited for.
            await Task.Delay(TimeSpan.FromSeconds(1));
            await client.StandardOutput.BaseStream.ReadExactlyAsync(piece).AsTask().Within();
            Assert.InRange(Resident(programs.Server), 1, server + Allowed);
            Assert.InRange(Resident(client), 1, own + Allowed);
        }

        client.Kill();
        await client.WaitForExitAsync().Within();
        // Now it writes into a file, up to its quota, and is held there.
        await Waiting.Until(() => programs.ClientAsync("jobs", programs.Host).GetAwaiter().GetResult().Text.Contains("  held  ", StringComparison.Ordinal), "the job is held");
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
