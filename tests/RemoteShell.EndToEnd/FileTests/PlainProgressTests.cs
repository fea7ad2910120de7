using System.Text.RegularExpressions;

namespace RemoteShell.EndToEnd.FileTests;

/// <summary>The progress of a transfer without a terminal: a line every ten seconds, on standard error.</summary>
public sealed class PlainProgressTests : IAsyncLifetime
{
    // In bytes, and in bytes a second: the transfer takes 24 s.
    private const int Size = 6 << 20, Rate = 256 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private Programs _programs = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: transfers of files");
        Assert.SkipUnless(TestSize.IsFull, "waits for 24 s; RSH_TEST_SIZE=full runs it");
        _programs = await Programs.StartAsync();
        var content = new byte[Size];
        new Random(17).NextBytes(content);
        await File.WriteAllBytesAsync(Path.Combine(_programs.Home, "source"), content);
    }

    public async ValueTask DisposeAsync()
    {
        if (_programs is not null)
            await _programs.DisposeAsync();
    }

    [Fact]
    public async Task Line_is_printed_every_ten_seconds_unless_it_is_quiet()
    {
        string there = $"{_programs.Host}:{_programs.Home}";
        Task<string> put = RunAsync("put", "source", $"{there}/put"), get = RunAsync("get", $"{there}/source", "get");
        Task<string> copy = RunAsync("cp", $"{there}/source", $"{there}/copy");
        Task<string> quiet = RunAsync("put", "-q", "source", $"{there}/quiet");
        foreach (string said in await Task.WhenAll(put, get, copy, quiet).Within(Limit))
        {
            if (said == await quiet)
            {
                Assert.Equal("", said);
                continue;
            }

            // At 10 s and at 20 s. The bytes lag behind on a busy machine.
            const string Line = @"rsh-client: (\d+) % \d\.\d MiB of 6\.0 MiB, 0 of 1, [12]\d\d\.\d KiB/s, 0:(\d\d) left";
            Match lines = Regex.Match(said, $@"^{Line}\n{Line}\n$");
            Assert.True(lines.Success, said);
            Assert.InRange(Number(lines, 1), 20, 50);
            Assert.InRange(Number(lines, 2), 12, 40);
            Assert.InRange(Number(lines, 3), 50, 95);
            Assert.InRange(Number(lines, 4), 1, 15);
        }
    }

    private static int Number(Match match, int group)
        => int.Parse(match.Groups[group].Value, System.Globalization.CultureInfo.InvariantCulture);

    private async Task<string> RunAsync(string verb, params string[] arguments)
    {
        string rate = Rate.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using System.Diagnostics.Process client = _programs.Start("rsh-client", [verb, "--bwlimit", rate, .. arguments]);
        client.StandardInput.Close();
        Task<string> output = client.StandardOutput.ReadToEndAsync(), error = client.StandardError.ReadToEndAsync();
        await client.WaitForExitAsync();
        Assert.Equal((0, ""), (client.ExitCode, await output));
        return await error;
    }
}
