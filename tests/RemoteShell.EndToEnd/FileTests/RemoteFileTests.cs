using System.Text.Json;

namespace RemoteShell.EndToEnd.FileTests;

/// <summary>file ls, stat, mv, rm and mkdir, cp between servers, and the files of the prompt.</summary>
public sealed class RemoteFileTests : IAsyncLifetime
{
    private Programs _programs = null!;

    private string Remote => $"{_programs.Host}:{_programs.Home}";

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: transfers of files");
        _programs = await Programs.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_programs is null)
            return;
        await OddTree.DeleteNamesAsync(_programs);
        await _programs.DisposeAsync();
    }

    [Fact]
    public async Task Folder_is_made_listed_renamed_and_removed()
    {
        Assert.Equal((1, 0), (await FileAsync("mkdir", $"{Remote}/a/b"), await FileAsync("mkdir", "-p", $"{Remote}/a/b")));
        const string script = "printf 12345 > a/file && chmod 640 a/file && ln -s file a/link && touch -d @1000000000 a/file";
        Assert.Equal(0, (await _programs.ShellAsync(script)).Status);
        Output list = await _programs.ClientAsync("file", "ls", $"{Remote}/a");
        Assert.Matches("(?m)^drwx.* b$", list.Text);
        Assert.Matches("(?m)^-rw-r-----.* 5 2001-09-0[89] .* file$", list.Text);
        Assert.Matches("(?m)^lrwxrwxrwx.* link -> file$", list.Text);
        Output stat = await _programs.ClientAsync("file", "stat", "--json", $"{Remote}/a/file");
        JsonElement entry = JsonDocument.Parse(stat.Text).RootElement;
        Assert.Equal(("file", "file", 5, "0640"), (
            entry.GetProperty("path").GetString(),
            entry.GetProperty("kind").GetString(),
            entry.GetProperty("size").GetInt32(),
            entry.GetProperty("mode").GetString()));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_000_000_000), entry.GetProperty("modified").GetDateTimeOffset());
        Assert.Equal(0, await FileAsync("mv", $"{Remote}/a/file", $"{Remote}/a/b"));
        Output below = await _programs.ClientAsync("file", "ls", "-R", "--json", $"{Remote}/a");
        Assert.Contains("\"path\":\"b/file\"", below.Text);
        Assert.Equal((1, 0), (await FileAsync("rm", $"{Remote}/a"), await FileAsync("rm", "-r", $"{Remote}/a")));
        Output gone = await _programs.ClientAsync("file", "ls", $"{Remote}/a");
        Assert.Equal((1, $"rsh-client: {_programs.Home}/a: no such file or directory\n"), (gone.Status, gone.Error));
    }

    [Fact]
    public async Task Name_with_control_characters_is_shown_escaped_by_lists_and_messages()
    {
        const string script = "mkdir odd && touch \"odd/$(printf 'a\\033[31m\\nb\\tc\\377d\\342\\200\\256\\134e')\"";
        Assert.Equal(0, (await _programs.ShellAsync(script)).Status);
        const string shown = @"a\x1b[31m\nb\tc\xffd\u202e\\e";
        Assert.EndsWith($" {shown}\n", (await _programs.ClientAsync("file", "ls", $"{Remote}/odd")).Text);
        Output got = await _programs.ClientAsync("get", "-rv", $"{Remote}/odd", "got");
        Assert.StartsWith($"transferred got/{shown}\ntransferred got\n", got.Error);
        Assert.Equal(0, (await _programs.ShellAsync("rm -r odd got")).Status);
    }

    [Theory]
    [InlineData("~", "~")]
    [InlineData("", "~")]
    [InlineData("~/", "~")]
    [InlineData("/", "/")]
    [InlineData("/tmp/..", "/tmp/..")]
    public async Task Stat_of_a_path_without_a_name_shows_the_path(string path, string shown)
    {
        Output stat = await _programs.ClientAsync("file", "stat", "--json", $"{_programs.Host}:{path}");
        Assert.Equal(shown, JsonDocument.Parse(stat.Text).RootElement.GetProperty("path").GetString());
    }

    [Fact]
    public async Task Cp_copies_a_folder_between_two_servers()
    {
        await OddTree.MakeAsync(_programs);
        await using var other = new Programs();
        Output key = await _programs.ClientAsync("pubkey");
        Assert.Equal(0, (await other.RunAsync("rsh-server", ["authorize", "-"], key.Text)).Status);
        await other.StartServerAsync();
        Output copied = await _programs.ClientAsync("cp", "-rq", "--accept-new", $"{Remote}/tree", $"{other.Host}:{other.Home}/copy");
        Assert.Equal((0, "", ""), (copied.Status, copied.Text, copied.Error));
        await OddTree.IsInAsync(_programs, Path.Combine(other.Home, "copy"));
        await OddTree.DeleteNamesAsync(other);
    }

    [Fact]
    public async Task Prompt_uploads_into_its_folder_and_downloads_from_it()
    {
        string local = Path.Combine(_programs.Home, "local file"), folder = Path.Combine(_programs.Home, "far");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(local, "the file\n");
        await using TestTerminal terminal = _programs.PromptOnTerminal();
        await terminal.SeesAsync("$");
        await terminal.TypeAsync($"cd {folder}\r");
        await terminal.SeesAsync("far$");
        await terminal.TypeAsync($":put {_programs.Home}/loc\t\r");
        await Waiting.Until(() => File.Exists(Path.Combine(folder, "local file")), "the file was uploaded");
        await terminal.SeesAsync("far$");
        await terminal.TypeAsync($":get local\\ f* {_programs.Home}/back\r");
        await Waiting.Until(() => File.Exists(Path.Combine(_programs.Home, "back")), "the file was downloaded");
        Assert.Equal("the file\n", await File.ReadAllTextAsync(Path.Combine(_programs.Home, "back")));
        await terminal.SeesAsync("far$");
        await terminal.TypeAsync(":exit\r");
        await terminal.EndAsync();
    }

    private async Task<int> FileAsync(params string[] arguments) => (await _programs.ClientAsync(["file", .. arguments])).Status;
}
