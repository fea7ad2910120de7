using Microsoft.Win32.SafeHandles;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Tests.Jobs;

public class HolePunchingTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(65_536, 65_536)]
    [InlineData(131_072, 131_072)]
    public void First_data_is_after_the_freed_bytes(long freed, long expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: dropping bytes punches holes");
        using var folder = new TemporaryFolder();
        using SafeFileHandle file = File.OpenHandle(folder["output"], FileMode.CreateNew, FileAccess.ReadWrite);
        RandomAccess.Write(file, Enumerable.Repeat((byte)'x', 131_072).ToArray(), 0);
        RandomAccess.FlushToDisk(file);
        Assert.SkipUnless(freed == 0 || HolePunching.TryPunch(file, 0, freed), "needs a file system that can free bytes");
        Assert.Equal(expected, HolePunching.FirstData(file, 131_072));
    }
}
