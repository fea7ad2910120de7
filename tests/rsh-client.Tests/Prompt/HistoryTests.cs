using RemoteShell.Cli.Client.Prompt;

namespace RemoteShell.Cli.Client.Tests.Prompt;

/// <summary>The history file.</summary>
public class HistoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["history"];

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Entry_of_several_lines_stays_whole()
    {
        const string text = "cat <<'E'\n{\"text\":1}\n\ttab \\ \r 中😀 \u001b\u2028\nE";
        new History(Path, "h").Add(text);
        Assert.Equal([text], new History(Path, "h").Lines);
        Assert.Single(File.ReadAllLines(Path));
    }

    [Fact]
    public void Lines_of_an_earlier_version_are_kept()
    {
        string[] old = ["ls -l", "{ echo a; }", "{\"a\":1}", "{\"text\":", "echo '{\"id\":\"1\"}'"];
        File.WriteAllLines(Path, old);
        var history = new History(Path, "h");
        history.Add("new");
        Assert.Equal([.. old, "new"], new History(Path, "h").Lines);
    }

    [Fact]
    public void Entry_has_host_time_and_status()
    {
        var history = new History(Path, "h");
        history.Add("false");
        history.SetStatus(1);
        history.Add("true");
        HistoryEntry[] entries = [.. new History(Path, "h").Entries];
        Assert.Equal(("false", "h", 1), (entries[0].Text, entries[0].Host, entries[0].Status));
        Assert.Equal(("true", null), (entries[1].Text, entries[1].Status));
        Assert.InRange(entries[0].Time!.Value, DateTimeOffset.UtcNow - Waiting.Limit, DateTimeOffset.UtcNow);
    }

    [Fact]
    public void Lines_are_of_this_host_and_a_search_finds_them_first()
    {
        File.WriteAllLines(Path, ["old"]);
        new History(Path, "a").Add("on a");
        var history = new History(Path, "b");
        history.Add("on b");
        Assert.Equal(["old", "on b"], history.Lines);
        Assert.Equal(["on a", "old", "on b"], history.SearchLines);
        Assert.Equal(["old", "on a", "on b"], new History(Path).Lines);
    }

    [Theory]
    [InlineData(" secret")]
    [InlineData(" secret\nof two lines")]
    [InlineData("")]
    [InlineData("\n\t")]
    public void Secret_or_blank_text_is_not_kept(string text)
    {
        var history = new History(Path, "h");
        history.Add("first");
        history.Add(text);
        history.SetStatus(7);
        Assert.Equal(["first"], history.Lines);
        Assert.DoesNotContain("secret", File.ReadAllText(Path), StringComparison.Ordinal);
        Assert.Null(Assert.Single(new History(Path, "h").Entries).Status);
    }

    [Fact]
    public void Text_that_is_too_long_is_not_kept()
    {
        var history = new History(Path, "h");
        history.Add(new('x', 16 * 1024));
        history.Add(new('y', (16 * 1024) + 1));
        Assert.Equal(16 * 1024, Assert.Single(history.Lines).Length);
    }

    [Fact]
    public void Repeated_text_is_kept_once_with_its_last_status()
    {
        var history = new History(Path, "h");
        foreach (int status in new[] { 1, 0 })
        {
            history.Add("make");
            history.SetStatus(status);
        }

        HistoryEntry entry = Assert.Single(new History(Path, "h").Entries);
        Assert.Equal(("make", 0), (entry.Text, entry.Status));
    }

    [Fact]
    public async Task Clients_that_append_at_the_same_time_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(client => Task.Run(() =>
        {
            var history = new History(Path, "h");
            for (int i = 0; i < 25; i++)
            {
                history.Add($"a {client}\nb {i}");
                history.SetStatus(client);
            }
        }))).Within();
        HistoryEntry[] entries = [.. new History(Path, "h").Entries];
        Assert.Equal(100, entries.Select(entry => entry.Text).Distinct().Count());
        Assert.All(entries, entry => Assert.Equal($"a {entry.Status}", entry.Text!.Split('\n')[0]));
    }

    [Fact]
    public void File_is_bounded_and_keeps_the_last_entries()
    {
        File.WriteAllLines(Path, Enumerable.Range(0, 4001).Select(i => $"line {i}"));
        new History(Path, "h").Add("last");
        IReadOnlyList<string> lines = new History(Path, "h").Lines;
        Assert.Equal(2000, lines.Count);
        Assert.Equal(["line 4000", "last"], lines.TakeLast(2));
    }

    [Fact]
    public void File_can_be_read_only_by_its_user()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        new History(Path, "h").Add("a");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
    }

    [Fact]
    public void Prompt_works_if_the_file_cannot_be_written()
    {
        Directory.CreateDirectory(Path);
        var history = new History(Path, "h");
        history.Add("a");
        history.SetStatus(0);
        Assert.Equal(["a"], history.Lines);
    }
}
