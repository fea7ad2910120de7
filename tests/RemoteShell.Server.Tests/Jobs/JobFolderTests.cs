using RemoteShell.Server.Jobs.Detached;

namespace RemoteShell.Server.Tests.Jobs;

public sealed class JobFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("exit.0", 0)]
    [InlineData("exit.143", 143)]
    [InlineData("exit.", null)]
    [InlineData("exit.x", null)]
    [InlineData("exit.-1", null)]
    public void Exit_status_is_the_number_in_the_name_of_the_file(string name, int? status)
    {
        File.WriteAllText(_folder[name], "");
        Assert.Equal(status, new JobFolder(_folder.Path).Exit()?.Status);
    }

    [Fact]
    public void Folder_is_closed_unless_its_supervisor_has_begun()
    {
        var folder = new JobFolder(_folder.Path);
        File.WriteAllText(_folder["ready"], "");
        Assert.True(folder.TryClose());
        Assert.True(File.Exists(_folder["closed"]));
        File.WriteAllText(_folder["holder.1.1"], "");
        Assert.False(folder.TryClose());
    }
}
