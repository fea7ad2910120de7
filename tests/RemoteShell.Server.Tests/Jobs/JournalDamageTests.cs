using System.Diagnostics;
using System.Text;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>A server starts, whatever is in the place of its journal and of the folders of its jobs.</summary>
public sealed class JournalDamageTests : IAsyncDisposable
{
    private readonly TestServer _server = new();

    /// <summary>Content that is not a line of a journal. OWNER stands for a key, and ID for a valid id.</summary>
    public static TheoryData<string> BadLines =>
    [
        "{",
        "[]",
        "null",
        "garbage",
        "\0\0\0\0",
        "\u001b[2J{}",
        "{}",
        """{"id":"ID"}""",
        """{"id":5,"owner":"OWNER"}""",
        """{"id":null,"owner":null}""",
        """{"id":"ID","owner":"OWNER","began":5}""",
        """{"id":"ID","owner":"OWNER","began":{"id":"ID"}}""",
        """{"id":"ID","owner":"OWNER","ended":{"outcome":{"kind":"exited","code":1e309},"ended":"2026-01-01T00:00:00+00:00"}}""",
        """{"id":"ID","owner":"OWNER","ended":{"outcome":{"kind":"exited","code":0},"ended":"2026-99-01T00:00:00+00:00"}}""",
        """{"id":"ID","owner":"OWNER","ended":{"outcome":{"kind":"\ud800","code":0},"ended":"2026-01-01T00:00:00+00:00"}}""",
        """{"id":"ID","owner":"OWNER","ended":{"outcome":{"code":0},"ended":"2026-01-01T00:00:00+00:00"}}""",
        """{"id":"ID","owner":"OWNER","used":{"ID":1e309}}""",
        """{"id":"ID","owner":"OWNER","used":5}""",
        Begun(more: ",\"timeout\":9223372036854775807"),
        Begun(more: ",\"timeout\":-1"),
        Begun(started: "0000-00-00T00:00:00+00:00"),
        Begun(policy: "keep:99999999999999999999d"),
        Begun(policy: "for ever"),
        Begun(full: "burst"),
        Begun(id: "../../etc/passwd"),
        "{\"id\":" + new string('[', 100_000) + new string(']', 100_000) + "}",
        "{\"id\":\"" + new string('x', 1_000_000) + "\"}",
    ];

    [Theory]
    [MemberData(nameof(BadLines))]
    public async Task Bad_line_is_skipped_and_the_jobs_around_it_are_kept(string line)
    {
        string[] jobs = [await RunAsync(), await RunAsync()];
        await _server.Server.DisposeAsync();
        string[] lines = File.ReadAllLines(Journal);
        string bad = line.Replace("OWNER", _server.Identity.PublicKey.ToString(), StringComparison.Ordinal)
            .Replace("\"ID\"", $"\"{JobId.New()}\"", StringComparison.Ordinal);
        // The line about missing ids, the damage, the other lines.
        File.WriteAllLines(Journal, [lines[0], bad, .. lines[1..]]);
        byte[] damaged = File.ReadAllBytes(Journal);

        await _server.RestartAsync();
        Assert.Equal(jobs, await JobsAsync());
        Assert.Equal(damaged, File.ReadAllBytes($"{Journal}.damaged.1"));
        Assert.Contains(_server.Log, text => text.Contains("line 2", StringComparison.Ordinal));
        Assert.Contains(_server.Log, text => text.Contains($"{Journal}.damaged.1", StringComparison.Ordinal));
        await CheckGoodStateAsync(jobs);
    }

    [Fact]
    public async Task Invalid_utf8_is_skipped()
    {
        string job = await RunAsync();
        await _server.Server.DisposeAsync();
        File.WriteAllBytes(Journal, [.. "{\"id\":\"\xff\xfe"u8[..6], 0xff, 0xfe, (byte)'\n', .. File.ReadAllBytes(Journal)]);
        await _server.RestartAsync();
        await CheckGoodStateAsync([job]);
    }

    [Fact]
    public async Task Journal_of_gigabytes_is_read_from_its_end()
    {
        string job = await RunAsync();
        await _server.Server.DisposeAsync();
        byte[] good = File.ReadAllBytes(Journal);
        using (FileStream file = File.OpenWrite(Journal))
        {
            // A line of 3 GiB, which takes no blocks.
            file.SetLength(3L << 30);
            file.Seek(0, SeekOrigin.End);
            file.Write([(byte)'\n', .. good]);
        }

        await _server.RestartAsync();
        Assert.True(new FileInfo($"{Journal}.damaged.1").Length > 3L << 30);
        await CheckGoodStateAsync([job]);
    }

    [Fact]
    public async Task Last_line_that_was_cut_short_is_skipped_and_nothing_is_set_aside()
    {
        (string first, string second) = (await RunAsync(), await RunAsync());
        await _server.Server.DisposeAsync();
        string text = File.ReadAllText(Journal);
        File.WriteAllText(Journal, text + text.Split('\n')[0][..40]);
        await _server.RestartAsync();
        Assert.False(Path.Exists($"{Journal}.damaged.1"));
        await CheckGoodStateAsync([first, second]);
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("full folder")]
    [InlineData("pipe")]
    [InlineData("forbidden")]
    public async Task Journal_that_is_not_a_readable_file_is_set_aside(string kind)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: mkfifo");
        Assert.SkipWhen(kind == "forbidden" && Environment.IsPrivilegedProcess, "root may read each file");
        await RunAsync();
        await _server.Server.DisposeAsync();
        File.Delete(Journal);
        await PutAsync(kind);
        await _server.RestartAsync();
        Assert.True(Path.Exists($"{Journal}.damaged.1"));
        await CheckGoodStateAsync([]);
    }

    [Fact]
    public async Task Only_three_journals_that_were_set_aside_are_kept()
    {
        for (int i = 1; i <= 5; i++)
        {
            await _server.Server.DisposeAsync();
            File.WriteAllText(Journal, $"damage {i}\n");
            await _server.RestartAsync();
        }

        string[] names = [.. Directory.GetFileSystemEntries(Jobs).Select(path => Path.GetFileName(path)).Order()];
        Assert.Equal(["journal", "journal.damaged.1", "journal.damaged.2", "journal.damaged.3", "lock"], names);
        string[] kept = [.. Enumerable.Range(1, 3).Select(number => File.ReadAllText($"{Journal}.damaged.{number}"))];
        Assert.Equal(["damage 5\n", "damage 4\n", "damage 3\n"], kept);
    }

    // The old format of a line that is too long: its command runs to the line's end.
    [Fact]
    public async Task Id_of_a_line_that_is_too_long_stays_used()
    {
        await _server.Server.DisposeAsync();
        string id = JobId.New();
        string begun = Begun(id: id, command: new string('<', 300_000));
        File.WriteAllText(Journal, begun.Replace("OWNER", _server.Identity.PublicKey.ToString(), StringComparison.Ordinal) + "\n");
        await _server.RestartAsync();
        Assert.Contains("\"code\":\"gone\"", await RepeatAsync(id));
        await CheckGoodStateAsync([]);
    }

    [Theory]
    [InlineData("record.json", "{}")]
    [InlineData("record.json", "")]
    [InlineData("record.json", "[[[")]
    [InlineData("record.json", "folder")]
    [InlineData("record.json", "pipe")]
    [InlineData("record.json", "huge")]
    [InlineData("record.json", "missing")]
    [InlineData("ending.json", "{\"outcome\":{\"kind\":\"exited\",\"code\":1e309},\"ended\":\"2026-01-01T00:00:00+00:00\"}")]
    [InlineData("ending.json", "{\"outcome\":{},\"ended\":\"2026-01-01T00:00:00+00:00\",\"bytes\":{\"stdout\":-5}}")]
    [InlineData("ending.json", "pipe")]
    [InlineData("ending.json", "huge")]
    [InlineData("stdout", "folder")]
    [InlineData("stdout", "missing")]
    public async Task Folder_of_a_detached_job_that_is_damaged_does_not_prevent_the_start(string name, string content)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: detached jobs need a POSIX shell");
        string good, bad;
        await using (RemoteShellClient client = await _server.ConnectAsync())
        {
            (good, bad) = (await DetachAsync(client), await DetachAsync(client));
        }

        await _server.Server.DisposeAsync();
        string folder = Directory.GetDirectories(Jobs).Single(path => path.Contains(bad, StringComparison.Ordinal));
        await PutAsync(content, Path.Combine(folder, name));
        await _server.RestartAsync();
        await using RemoteShellClient again = await _server.ConnectAsync();
        string[] jobs = [.. (await again.ListJobsAsync(JobFilter.All).Within()).Select(job => job.Id)];
        Assert.Equal([good], jobs);
        Assert.Contains(_server.Log, text => text.Contains(folder, StringComparison.Ordinal));
        Assert.True(Directory.Exists(folder));
        // The id of the damaged job starts nothing.
        Assert.Contains("\"refused\"", await RepeatAsync(bad, ",\"detach\":true"));
    }

    [Fact]
    public async Task Folder_with_the_record_of_another_job_is_left_as_it_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: detached jobs need a POSIX shell");
        string job;
        await using (RemoteShellClient client = await _server.ConnectAsync())
        {
            job = await DetachAsync(client);
        }

        await _server.Server.DisposeAsync();
        string folder = Directory.GetDirectories(Jobs).Single(path => path.Contains(job, StringComparison.Ordinal));
        string copy = folder.Replace(job, JobId.New(), StringComparison.Ordinal);
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(folder))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        await _server.RestartAsync();
        await using RemoteShellClient again = await _server.ConnectAsync();
        Assert.Equal([job], (await again.ListJobsAsync(JobFilter.All).Within()).Select(listed => listed.Id));
        Assert.Contains(_server.Log, text => text.Contains(copy, StringComparison.Ordinal));
        Assert.True(Directory.Exists(copy));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private string Jobs => Path.Combine(_server.Folder, "server", "jobs");

    private string Journal => Path.Combine(Jobs, "journal");

    private static string Begun(
        string id = "0123456789abcdef",
        string command = "true",
        string started = "2026-01-01T00:00:00+00:00",
        string policy = "kill",
        string full = "hold",
        string more = "")
    {
        string fields = $"\"command\":\"{command}\",\"started\":\"{started}\",\"onDisconnect\":\"{policy}\",\"onFull\":\"{full}\"{more}";
        string record = $$"""{"id":"{{id}}","owner":"OWNER",{{fields}} }""";
        return $$"""{"id":"{{id}}","owner":"OWNER","began":{{record}} }""";
    }

    private async Task CheckGoodStateAsync(string[] jobs)
    {
        Assert.Equal(jobs, await JobsAsync());
        string next = await RunAsync();
        // What was read is in the new journal, and nothing else.
        await _server.RestartAsync();
        string[] all = [.. jobs, next];
        Assert.Equal(all, await JobsAsync());
    }

    private async Task<string[]> JobsAsync()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        return [.. (await client.ListJobsAsync(JobFilter.All).Within()).Select(job => job.Id)];
    }

    private async Task<string> RunAsync()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        return (await client.RunBufferedAsync(RemoteCommand.Shell("true")).Within()).Result.JobId;
    }

    private static async Task<string> DetachAsync(RemoteShellClient client)
    {
        string job = await client.DetachAsync(RemoteCommand.Shell("true")).Within();
        await client.WaitAsync(job).Within();
        return job;
    }

    private async Task<string> RepeatAsync(string id, string more = "")
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        string open = $$"""{"type":"open","channel":1,"request":"exec","job":"{{id}}","command":"true"{{more}}}""";
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Frame(open));
        return await peer.ReadAsync("refused");
    }

    private async Task PutAsync(string kind, string? path = null)
    {
        path ??= Journal;
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        File.Delete(path);
        switch (kind)
        {
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "full folder":
                Directory.CreateDirectory(path);
                File.WriteAllText(Path.Combine(path, "file"), "content");
                break;
            case "pipe":
                await MakePipeAsync(path);
                break;
            case "forbidden" when !OperatingSystem.IsWindows():
                File.WriteAllText(path, "content");
                File.SetUnixFileMode(path, UnixFileMode.None);
                break;
            case "huge":
                using (FileStream file = File.Create(path))
                    file.SetLength(4L << 30);
                break;
            case "missing":
                break;
            default:
                File.WriteAllText(path, kind, new UTF8Encoding(false));
                break;
        }
    }

    private static async Task MakePipeAsync(string path)
    {
        using Process make = Process.Start("mkfifo", path);
        await make.WaitForExitAsync().Within();
    }
}
