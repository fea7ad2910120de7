using System.Diagnostics;

namespace RemoteShell.EndToEnd.FileTests;

/// <summary>A server with --file-quota, as programs.</summary>
public sealed class FileQuotaTests : IAsyncLifetime
{
    private static readonly string[] Quota = ["--file-quota", "1M"];

    private Programs _programs = null!;

    private string Remote => $"{_programs.Host}:{_programs.Home}/there";

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: transfers of files");
        _programs = await Programs.StartAsync(Quota);
        Output made = await _programs.ShellAsync(
            "mkdir here there && cd here && head -c 700K /dev/urandom > 1 && head -c 500K /dev/urandom > 2 && "
            + "head -c 200K /dev/urandom > 3");
        Assert.Equal(0, made.Status);
    }

    public ValueTask DisposeAsync() => _programs?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Put_fails_for_the_file_beyond_the_quota_and_counts_after_a_kill()
    {
        Output put = await _programs.ClientAsync("put", "here/1", "here/2", "here/3", Remote);
        Assert.Equal((1, ""), (put.Status, put.Text));
        Assert.Matches(
            "^rsh-client: 2: exceeds the file quota of this key \\(1M\\): [0-9]+ bytes are used\nrsh-client: 1 of 3 failed: [^\n]+\n$",
            put.Error);
        Assert.Equal((0, "1\n3\n"), await ListAsync());
        await _programs.KillServerAsync();
        await _programs.StartServerAgainAsync(Quota);
        put = await _programs.ClientAsync("put", "here/2", Remote);
        Assert.Contains("exceeds the file quota of this key (1M): 921600 bytes are used", put.Error);
        Assert.Equal(0, (await _programs.ClientAsync("file", "rm", $"{Remote}/1")).Status);
        put = await _programs.ClientAsync("put", "here/2", Remote);
        Assert.Equal((0, ""), (put.Status, put.Error));
        Assert.Contains(
            _programs.Log,
            line => line.Contains("\"Direction\":\"Received\"") && line.Contains($"\"Path\":\"{_programs.Home}/there/2\""));
    }

    [Fact]
    public async Task Count_is_right_after_a_kill_in_the_middle_of_a_file()
    {
        const int size = 40 << 20;
        string[] quota = ["--file-quota", "60M"];
        await _programs.KillServerAsync();
        await _programs.StartServerAgainAsync(quota);
        Assert.Equal(0, (await _programs.ShellAsync($"head -c {size} /dev/urandom > here/large")).Status);
        string[] command = ["put", "--bwlimit", "24M", "here/large", Remote];
        using (Process put = _programs.Start("rsh-client", command))
        {
            await Waiting.Until(() => PartialLength() > 20 << 20, "a part has arrived");
            await _programs.KillServerAsync();
            put.Kill();
            await put.WaitForExitAsync().Within();
        }

        await _programs.StartServerAgainAsync(quota);
        Assert.InRange(Stored(), 4 << 20, size);
        Output again = await _programs.ClientAsync(command);
        Assert.Equal(0, again.Status);
        Assert.Contains("large: resumed at byte ", again.Error);
        Assert.InRange(Stored(), size - (16 << 20), size);
    }

    private long PartialLength()
        => new DirectoryInfo($"{_programs.Home}/there").GetFiles(".rsh-partial-*")
            .Where(file => file.Extension != ".record").Sum(file => file.Length);

    private long Stored()
        => long.Parse(File.ReadAllText(Directory.GetFiles($"{_programs.Home}/server/quotas").Single()).Split(' ')[0]);

    private async Task<(int Status, string Text)> ListAsync()
    {
        Output list = await _programs.ShellAsync("ls -A there");
        return (list.Status, list.Text);
    }
}
