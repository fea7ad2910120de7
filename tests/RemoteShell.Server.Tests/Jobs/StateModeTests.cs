using System.Runtime.Versioning;
using RemoteShell.Client;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>What the server stores of jobs, only its user can read.</summary>
[UnsupportedOSPlatform("windows")]
public class StateModeTests
{
    [Fact]
    public async Task Files_and_folders_of_the_jobs_are_private()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: modes, and detached jobs");
        await using var server = new TestServer();
        await UseAsync(server);
        Check(server);
        // An earlier version left other modes.
        await server.Server.DisposeAsync();
        foreach (string name in (string[])["journal", "lock"])
            File.SetUnixFileMode(Path.Combine(JobsOf(server), name), (UnixFileMode)0b110_100_100);
        await server.RestartAsync();
        Check(server);
        await UseAsync(server);
        Check(server);
    }

    private static string JobsOf(TestServer server) => Path.Combine(server.Folder, "server", "jobs");

    private static async Task UseAsync(TestServer server)
    {
        await using RemoteShellClient client = await server.ConnectAsync();
        await client.RunBufferedAsync(RemoteCommand.Shell("true")).Within();
        await client.WaitAsync(await client.DetachAsync(RemoteCommand.Shell("echo x")).Within()).Within();
    }

    private static void Check(TestServer server)
    {
        const UnixFileMode Others = (UnixFileMode)0b111_111;
        string[] open =
        [
            .. Directory.EnumerateFileSystemEntries(JobsOf(server), "*", SearchOption.AllDirectories)
                .Append(JobsOf(server))
                .Where(path => (File.GetUnixFileMode(path) & Others) != 0),
        ];
        Assert.Empty(open);
    }
}
