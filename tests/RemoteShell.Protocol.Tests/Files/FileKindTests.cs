using RemoteShell.Protocol.Files;

namespace RemoteShell.Protocol.Tests.Files;

public class FileKindTests
{
    [Fact]
    public void Device_is_special_and_a_file_or_a_folder_is_not()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: statx");
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");
        Assert.True(FileKind.IsSpecial("/dev/null"));
        Assert.False(FileKind.IsSpecial(folder["file"]));
        Assert.False(FileKind.IsSpecial(folder.Path));
        Assert.False(FileKind.IsSpecial(folder["missing"]));
    }
}
