namespace RemoteShell.EndToEnd.Survival;

public class ServiceAccountTests
{
    // Has no home folder and no login shell.
    private const int Nobody = 65534;
    private const int Unnamed = 61243;

    [Fact]
    public async Task Account_without_home_and_shell_runs_commands_in_the_shell_of_the_option()
    {
        Assert.SkipUnless(OtherUser.Obstacle is null, OtherUser.Obstacle ?? "");
        Assert.SkipUnless(IsServiceAccount(), "needs the account nobody, with no home folder and the shell nologin");
        await using var programs = new Programs();
        using OtherUser other = await OtherUser.CreateAsync(programs, Nobody);
        await other.StartServerAsync(programs, "--shell", "/bin/sh");
        Output output = await programs.ClientAsync("run", programs.Host, "id -un; pwd; echo $HOME $SHELL");
        Assert.Equal("nobody\n/\n/nonexistent /bin/sh\n", output.Text);
        Output prompt = await programs.ClientWithInputAsync("cd /tmp\npwd\n", "connect", programs.Host);
        Assert.Equal("/tmp\n", prompt.Text);
        Assert.Contains(programs.Log, line => line.Contains("the home folder", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Account_without_shell_runs_programs_and_refuses_command_lines_with_a_hint()
    {
        Assert.SkipUnless(OtherUser.Obstacle is null, OtherUser.Obstacle ?? "");
        Assert.SkipUnless(IsServiceAccount(), "needs the account nobody, with no home folder and the shell nologin");
        await using var programs = new Programs();
        using OtherUser other = await OtherUser.CreateAsync(programs, Nobody);
        await other.StartServerAsync(programs);
        Assert.Equal("/\n", (await programs.ClientAsync("run", programs.Host, "/bin/pwd", "-P")).Text);
        string[][] requests = [["run", programs.Host, "id -u"], ["run", "-tt", programs.Host, "id -u"]];
        foreach (string[] request in requests)
        {
            Output refused = await programs.ClientAsync(request);
            Assert.Equal(126, refused.Status);
            Assert.Contains("/usr/sbin/nologin, the shell of the server's user 'nobody', runs no commands", refused.Error);
            Assert.Contains("rsh-server run --shell /bin/sh", refused.Error);
            Assert.Empty(refused.Text);
        }

        Output folder = await programs.ClientAsync("run", "--cwd", "/root", programs.Host, "/bin/pwd", "-P");
        Assert.Equal(126, folder.Status);
        Assert.Contains("/root: the server's user may not enter the working directory", folder.Error);
    }

    [Fact]
    public async Task User_without_a_name_is_shown_by_its_number()
    {
        Assert.SkipUnless(OtherUser.Obstacle is null, OtherUser.Obstacle ?? "");
        await using var programs = new Programs();
        using OtherUser other = await OtherUser.CreateAsync(programs, Unnamed);
        await other.StartServerAsync(programs);
        Assert.Contains(programs.Log, line => line.Contains("\"serving as \\\"61243\\\" with ", StringComparison.Ordinal));
        Assert.Equal("61243 /\n", (await programs.ClientAsync("run", programs.Host, "echo $USER $HOME")).Text);
    }

    private static bool IsServiceAccount()
        => File.ReadLines("/etc/passwd").Contains("nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin");
}
