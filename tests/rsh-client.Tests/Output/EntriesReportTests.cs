using RemoteShell.Cli.Client.Output;
using RemoteShell.Files.Folders;

namespace RemoteShell.Cli.Client.Tests.Output;

/// <summary>The lines of file ls.</summary>
public class EntriesReportTests
{
    [Theory]
    [InlineData(EntryKind.File, 0x1A4, "-rw-r--r--")]
    [InlineData(EntryKind.Folder, 0x3FF, "drwxrwxrwt")]
    [InlineData(EntryKind.File, 0x9ED, "-rwsr-xr-x")]
    [InlineData(EntryKind.File, 0xC00, "---S--S---")]
    [InlineData(EntryKind.Link, 0x1FF, "lrwxrwxrwx")]
    public void Mode_is_shown_as_ls_shows_it(EntryKind kind, int mode, string text)
        => Assert.Equal(text, EntriesReport.ModeOf(new() { Path = "x", Kind = kind, Mode = (UnixFileMode)mode }));

    [Fact]
    public void Names_are_harmless_and_columns_fit()
    {
        DateTimeOffset time = new(2026, 11, 26, 5, 0, 0, TimeZoneInfo.Local.GetUtcOffset(new DateTime(2026, 11, 26, 5, 0, 0)));
        using var text = new StringWriter();
        EntriesReport.WriteLines(
            [
                new() { Path = "a\u001b[2J", Kind = EntryKind.File, Size = 5, Modified = time, User = "root", Group = "adm" },
                new() { Path = "l", Kind = EntryKind.Link, Size = 1000, Modified = time, User = "u", Group = "g", Target = "x\ny" },
            ],
            text);
        Assert.Equal(
            "---------- root adm    5 2026-11-26 05:00:00 a\\x1b[2J\nl--------- u    g   1000 2026-11-26 05:00:00 l -> x\\ny\n",
            text.ToString());
    }
}
