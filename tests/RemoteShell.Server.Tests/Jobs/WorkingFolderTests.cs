using RemoteShell.Client;

namespace RemoteShell.Server.Tests.Jobs;

public class WorkingFolderTests
{
    [Fact]
    public async Task Folder_that_begins_with_a_tilde_is_in_the_home_folder()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a POSIX shell");
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        string expected = await OutputAsync(client, RemoteCommand.Shell("cd ~/.. && pwd -P"));
        Assert.Equal(expected, await OutputAsync(client, RemoteCommand.Shell("pwd -P").WithWorkingDirectory("~/..")));
    }

    private static async Task<string> OutputAsync(RemoteShellClient client, RemoteCommand command)
        => (await client.RunBufferedAsync(command).Within()).Output;
}
