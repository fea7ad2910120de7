namespace RemoteShell.EndToEnd.SshPrograms;

/// <summary>Calls of <c>rsh-ssh</c> by itself have an end.</summary>
public sealed class RecursionTests
{
    // Each call is a process, and perhaps a shell that started it.
    private const int MostProcesses = 40;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("ProxyCommand rsh-ssh %n true")]
    [InlineData("ProxyCommand rsh-ssh -o ConnectTimeout=1 -l x %n cat")]
    public async Task Host_whose_proxy_command_is_a_call_to_itself_ends_with_a_message(string line)
    {
        await using SshFolder folder = await SshFolder.StartAsync();
        await folder.AddHostAsync("loop", line, $"Port {folder.Programs.Host.Split(':')[1]}");
        await CheckAsync(folder, "rsh-ssh loop true");
    }

    [Fact]
    public async Task File_whose_condition_is_a_call_to_itself_ends_with_a_message()
    {
        await using SshFolder folder = await SshFolder.StartAsync();
        string config = Path.Combine(folder.Programs.Home, "client", "config");
        string before = await File.ReadAllTextAsync(config);
        await File.WriteAllTextAsync(config, $"Match exec \"rsh-ssh -G %n\"\n SetEnv A=1\n{before}");
        Output output = await folder.TryAsync("exec rsh-ssh far true");
        Assert.Equal(0, output.Status);
        Assert.Contains("has called itself", output.Error);
    }

    [Fact]
    public async Task Remote_command_that_calls_the_same_host_again_ends_with_a_message()
    {
        await using SshFolder folder = await SshFolder.StartAsync();
        await folder.RunAsync("""
            printf '#!/bin/sh\nexport RSH_HOME=%s\nexec %s/rsh-ssh far %s/again\n' "$RSH_HOME" "$BIN" "$W" >again
            [ -z "${DOTNET_ROOT-}" ] || sed -i "2i export DOTNET_ROOT=$DOTNET_ROOT" again
            chmod +x again
            """);
        await CheckAsync(folder, "exec rsh-ssh far $W/again");
    }

    private static async Task CheckAsync(SshFolder folder, string call)
    {
        Task<Output> running = folder.TryAsync(call);
        int most = 0;
        long end = Environment.TickCount64 + (long)Longest.TotalMilliseconds;
        while (!running.IsCompleted)
        {
            most = Math.Max(most, folder.Running);
            Assert.True(Environment.TickCount64 < end, $"it has not ended after {Longest}");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        Output output = await running;
        Assert.Equal(255, output.Status);
        Assert.Contains("rsh-ssh has called itself 8 times, and stops here", output.Error);
        Assert.InRange(most, 2, MostProcesses);
        await Waiting.Until(() => folder.Running == 0, "no call runs any more");
    }
}
