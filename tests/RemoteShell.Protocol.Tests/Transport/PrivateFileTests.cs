using System.Runtime.Versioning;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Protocol.Tests.Transport;

public class PrivateFileTests
{
    private const int Writers = 8;
    private const int LinesPerWriter = 40;

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Folder_is_made_for_its_owner_only_and_restricted_if_it_exists()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix: file modes");
        using var folder = new TemporaryFolder();
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        PrivateFolder.CreateOrRestrict(folder["deep/er"]);
        Assert.Equal(ownerOnly, File.GetUnixFileMode(folder["deep/er"]));
        File.SetUnixFileMode(folder["deep/er"], ownerOnly | UnixFileMode.OtherRead);
        PrivateFolder.CreateOrRestrict(folder["deep/er"]);
        Assert.Equal(ownerOnly, File.GetUnixFileMode(folder["deep/er"]));
    }

    // Modes of the folder and of the file. 0x3FF: everybody may write, and only the owner of a file may replace it.
    [Theory]
    [InlineData(0x1C0, 0x180, true)]
    [InlineData(0x1ED, 0x1A4, true)]
    [InlineData(0x1C0, 0x1B4, false)]
    [InlineData(0x1C0, 0x182, false)]
    [InlineData(0x1F8, 0x180, false)]
    [InlineData(0x1C2, 0x180, false)]
    [InlineData(0x3FF, 0x180, true)]
    [InlineData(0x3FF, 0x1B6, false)]
    [UnsupportedOSPlatform("windows")]
    public void File_is_trusted_if_only_its_owner_may_write_or_replace_it(int folderMode, int fileMode, bool isTrusted)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix: file modes");
        using var folder = new TemporaryFolder();
        string real = folder["real/file"], link = folder["links/link"];
        Directory.CreateDirectory(Path.GetDirectoryName(real)!);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.WriteAllText(real, "");
        File.CreateSymbolicLink(link, real);
        File.SetUnixFileMode(real, (UnixFileMode)fileMode);
        File.SetUnixFileMode(Path.GetDirectoryName(real)!, (UnixFileMode)folderMode);
        foreach (string path in (string[])[real, link])
        {
            if (isTrusted)
                Assert.True(PrivateFile.CheckWriters(path));
            else
                Assert.Throws<PrivateFileException>(() => PrivateFile.CheckWriters(path));
        }

        Assert.False(PrivateFile.CheckWriters(folder["real/none"]));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void File_behind_a_link_and_two_dots_is_the_one_that_is_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix: file modes");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["a"]);
        Directory.CreateDirectory(folder["other/deep"]);
        Directory.CreateSymbolicLink(folder["a/link"], folder["other/deep"]);
        File.WriteAllText(folder["other/file"], "of the other folder");
        File.SetUnixFileMode(folder["other/file"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string path = folder["a/link/../file"];
        Assert.False(PrivateFile.CheckWriters(path));
        Assert.Empty(PrivateFile.ReadLines(path));
        File.WriteAllText(folder["a/file"], "of this folder");
        File.SetUnixFileMode(folder["a/file"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        Assert.Throws<PrivateFileException>(() => PrivateFile.CheckWriters(path));
    }

    [Fact]
    public async Task Lines_appended_at_the_same_time_are_all_there_and_whole()
    {
        using var folder = new TemporaryFolder();
        string path = folder["known_hosts"];
        await AtOnceAsync(writer =>
        {
            for (int i = 0; i < LinesPerWriter; i++)
                PrivateFile.AppendLine(path, Line(writer, i));
        });
        Assert.Equal(AllLines().Order(), File.ReadAllLines(path).Order());
    }

    [Fact]
    public async Task Line_that_is_wanted_once_is_appended_once()
    {
        using var folder = new TemporaryFolder();
        string path = folder["known_hosts"];
        int appended = 0;
        await AtOnceAsync(_ =>
        {
            if (PrivateFile.AppendLine(path, "one", lines => !lines.Contains("one")))
                Interlocked.Increment(ref appended);
        });
        Assert.Equal(1, appended);
        Assert.Equal(["one"], File.ReadAllLines(path));
    }

    [Fact]
    public async Task Lines_appended_while_the_file_is_shortened_are_all_there()
    {
        using var folder = new TemporaryFolder();
        string path = folder["history"];
        PrivateFile.AppendLine(path, string.Join('\n', Enumerable.Range(0, 500).Select(i => $"old {i}")));
        await AtOnceAsync(writer =>
        {
            for (int i = 0; i < LinesPerWriter; i++)
            {
                PrivateFile.AppendLine(path, Line(writer, i));
                PrivateFile.KeepLastLines(path, Writers * LinesPerWriter);
            }
        });
        Assert.Equal(AllLines().Order(), File.ReadAllLines(path).Order());
    }

    [Fact]
    public void Line_follows_one_without_an_end_on_a_line_of_its_own()
    {
        using var folder = new TemporaryFolder();
        string path = folder["authorized_keys"];
        PrivateFile.AppendLine(path, "first");
        File.WriteAllText(path, "first");
        PrivateFile.AppendLine(path, "second");
        Assert.Equal("first\nsecond\n", File.ReadAllText(path));
    }

    [Fact]
    public void Reader_does_not_fail_while_another_process_writes()
    {
        using var folder = new TemporaryFolder();
        string path = folder["authorized_keys"];
        PrivateFile.AppendLine(path, "first");
        PrivateFile.AppendLine(path, "second", _ =>
        {
            Assert.Equal(["first"], PrivateFile.ReadLines(path));
            return true;
        });
    }

    private static string Line(int writer, int i)
        => $"writer {writer} line {i} {new string((char)('a' + writer), ((writer * 37) + i) % 90)}";

    private static IEnumerable<string> AllLines()
        => from writer in Enumerable.Range(0, Writers) from i in Enumerable.Range(0, LinesPerWriter) select Line(writer, i);

    private static Task AtOnceAsync(Action<int> work)
    {
        var start = new Barrier(Writers);
        Task[] writers =
        [
            .. Enumerable.Range(0, Writers).Select(writer => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    work(writer);
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)),
        ];
        return Task.WhenAll(writers).Within();
    }
}
