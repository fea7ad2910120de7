using System.Text.Json;
using RemoteShell.EndToEnd.Survival;

namespace RemoteShell.EndToEnd.FileTests;

/// <summary>A target on a disk that is full or read-only, at the server and at the client.</summary>
public sealed class DiskTransferTests : IAsyncLifetime
{
    private const string CannotMount = "needs Linux and the right to mount a tmpfs";
    private const string NoSpace = "no space left on the file system";

    private Programs _programs = null!;
    private SmallDisk? _disk;

    public async ValueTask InitializeAsync()
    {
        _disk = SmallDisk.TryMount("6m");
        Assert.SkipUnless(_disk is not null, CannotMount);
        _programs = await Programs.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_programs is not null)
            await _programs.DisposeAsync();
        _disk?.Dispose();
    }

    [Theory]
    [InlineData("put")]
    [InlineData("get")]
    public async Task File_without_room_fails_and_the_others_go_on(string verb)
    {
        await MakeAsync("echo first > first; head -c 1500000 /dev/urandom > large; echo last > last");
        await MakeAsync($"cd {_disk!.Path}; echo old > large; head -c 5500000 /dev/zero > filler");
        Output full = await TransferAsync(verb, ["-q"], "first", "large", "last");
        Assert.Equal((1, ""), (full.Status, full.Text));
        Assert.Equal($"rsh-client: large: {NoSpace}\nrsh-client: 1 of 3 failed: {NoSpace}\n", full.Error);
        Assert.Equal(("first\n", "old\n", "last\n"), (Text("first"), Text("large"), Text("last")));
        Assert.Equal(4, Directory.GetFileSystemEntries(_disk.Path).Length);

        _disk.Free();
        Output again = await TransferAsync(verb, ["--json", "-q"], "first", "large", "last");
        Assert.Equal((0, ""), (again.Status, again.Error));
        Assert.Equal((1, 2), (Total(again, "transferred"), Total(again, "unchanged")));
        await MakeAsync($"cmp large {_disk.Path}/large");
    }

    [Theory]
    [InlineData("put")]
    [InlineData("get")]
    public async Task Part_that_has_room_is_kept_for_the_same_command(string verb)
    {
        await MakeAsync($"head -c 20000000 /dev/urandom > large; echo old > {_disk!.Path}/large");
        Output full = await TransferAsync(verb, ["-q"], "large");
        Assert.Equal((1, ""), (full.Status, full.Text));
        const string reason = $"{NoSpace}; its partial file stays";
        Assert.Equal($"rsh-client: large: {reason}\nrsh-client: 1 of 1 failed: {reason}\n", full.Error);
        Assert.Equal("old\n", Text("large"));

        _disk.Grow("64m");
        Output again = await TransferAsync(verb, ["--json", "-q"], "large");
        Assert.Equal((0, ""), (again.Status, again.Error));
        long kept = JsonDocument.Parse(again.Text.Split('\n')[0]).RootElement.GetProperty("kept").GetInt64();
        Assert.InRange(kept, 4_000_000, 6_300_000);
        await MakeAsync($"cmp large {_disk.Path}/large");
        Assert.Single(Directory.GetFileSystemEntries(_disk.Path));
    }

    [Theory]
    [InlineData("put")]
    [InlineData("get")]
    public async Task Part_without_room_makes_room_for_the_files_that_follow(string verb)
    {
        await MakeAsync("mkdir s; head -c 20000000 /dev/urandom > s/1; head -c 4000000 /dev/urandom > s/2; cp s/1 s/3; echo 4 > 4");
        Output full = await TransferAsync(verb, ["-r", "-q"], "s", "4");
        Assert.Equal((1, ""), (full.Status, full.Text));
        const string reason = $"{NoSpace}; its partial file was removed";
        string both = $"rsh-client: s/1: {reason}\nrsh-client: s/3: {reason}\n";
        Assert.Equal($"{both}rsh-client: 2 of 5 failed: {reason}\n", full.Error);
        await MakeAsync($"cmp s/2 {_disk!.Path}/s/2; cmp 4 {_disk.Path}/4");
        Assert.Single(Directory.GetFileSystemEntries(Path.Combine(_disk.Path, "s")));
    }

    [Theory]
    [InlineData("put")]
    [InlineData("get")]
    public async Task Folder_whose_time_cannot_be_set_fails_with_the_reason(string verb)
    {
        await MakeAsync($"mkdir -p s/same s/other; echo 1 > s/same/f; touch -d 2001-02-03 s/same/f s/same s; cp -rp s/. {_disk!.Path}");
        await MakeAsync($"touch -d 2002-03-04 {_disk.Path}/other");
        _disk.Remount("ro");
        Output output = await TransferAsync(verb, ["-r", "-q"], "s/.");
        _disk.Remount("rw");
        Assert.Equal((1, ""), (output.Status, output.Text));
        const string reason = "its mode, owner or time cannot be set: the file system is read-only";
        Assert.Equal($"rsh-client: other: {reason}\nrsh-client: 1 of 4 failed: {reason}\n", output.Error);
    }

    private Task<Output> TransferAsync(string verb, string[] options, params string[] sources)
    {
        string[] paths = verb == "put"
            ? [.. sources, $"{_programs.Host}:{_disk!.Path}/"]
            : [.. sources.Select(source => $"{_programs.Host}:{_programs.Home}/{source}"), $"{_disk!.Path}/"];
        return _programs.ClientAsync([verb, .. options, .. paths]);
    }

    private async Task MakeAsync(string script)
    {
        Output made = await _programs.ShellAsync($"set -e\n{script}");
        Assert.True(made.Status == 0, made.Error);
    }

    private string Text(string name) => File.ReadAllText(Path.Combine(_disk!.Path, name));

    private static int Total(Output output, string name)
    {
        string line = output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        return JsonDocument.Parse(line).RootElement.GetProperty("totals").GetProperty(name).GetInt32();
    }
}
