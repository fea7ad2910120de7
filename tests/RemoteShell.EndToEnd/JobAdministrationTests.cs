using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RemoteShell.EndToEnd;

/// <summary>The administrator's commands about the jobs of all keys, and the numbers of connections.</summary>
public class JobAdministrationTests
{
    private const string Reason = "the server's administrator ended it";

    [Fact]
    public async Task Jobs_lists_the_running_jobs_of_all_keys_and_with_all_also_those_that_ended()
    {
        await using Programs programs = await Programs.StartAsync();
        using Process running = programs.Start("rsh-client", "run", programs.Host, "echo begun; exec sleep 100");
        Assert.Equal("begun", await running.StandardOutput.ReadLineAsync().Within());

        Output text = await programs.RunAsync("rsh-server", ["jobs"], "");
        Assert.Equal((0, ""), (text.Status, text.Error));
        Assert.Matches(@"^\S+  \S+  running, 1 attached, since \S+ \S+: echo begun; exec sleep 100\n$", text.Text);

        JsonElement[] all = Lines(await programs.RunAsync("rsh-server", ["jobs", "--all", "--json"], ""));
        Assert.Equal(["ended", "running"], all.Select(job => job.GetProperty("state").GetString()));
        Assert.Equal("exited", all[0].GetProperty("outcome").GetString());
        Assert.StartsWith("SHA256:", all[1].GetProperty("key").GetString());
        Assert.Equal("", (await programs.RunAsync("rsh-server", ["jobs", "--key", "SHA256:x"], "")).Text);
        await EndAsync(programs, running);
    }

    [Fact]
    public async Task Kill_ends_a_job_by_policy_and_names_the_administrator()
    {
        await using Programs programs = await Programs.StartAsync();
        using Process running = programs.Start("rsh-client", "run", programs.Host, "echo begun; exec sleep 100");
        Assert.Equal("begun", await running.StandardOutput.ReadLineAsync().Within());
        string id = await OnlyJobAsync(programs);

        Output killed = await programs.RunAsync("rsh-server", ["kill", id[..8]], "");
        Assert.Equal((0, ""), (killed.Status, killed.Error));
        Assert.Contains($"killed-by-policy 143 ({Reason})", killed.Text);
        await running.WaitForExitAsync().Within();
        Assert.Contains(Reason, await running.StandardError.ReadToEndAsync().Within());

        Output again = await programs.RunAsync("rsh-server", ["kill", id], "");
        Assert.Equal(1, again.Status);
        Assert.Contains($"the job {id} has ended: killed-by-policy", again.Error);
        Output none = await programs.RunAsync("rsh-server", ["kill", "nothing"], "");
        Assert.Equal(
            (1, "rsh-server: there is no job 'nothing'\nlist the jobs with: rsh-server jobs --all\n"), (none.Status, none.Error));
    }

    [Fact]
    public async Task Kill_of_several_jobs_goes_on_after_one_that_is_not_there()
    {
        await using Programs programs = await Programs.StartAsync();
        string[] ids =
        [
            (await programs.ClientAsync("run", "-d", programs.Host, "sleep 100")).Text.Trim(),
            (await programs.ClientAsync("run", "-d", programs.Host, "sleep 100")).Text.Trim(),
        ];
        Output killed = await programs.RunAsync("rsh-server", ["kill", ids[0], "nothing", ids[1]], "");
        Assert.Equal(1, killed.Status);
        Assert.Equal(2, killed.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("", (await programs.RunAsync("rsh-server", ["jobs"], "")).Text);
    }

    [Fact]
    public async Task Kill_with_a_signal_sends_it_and_ends_nothing()
    {
        await using Programs programs = await Programs.StartAsync();
        const string command = "trap 'echo got it; exit 3' USR1; echo begun; while :; do sleep 0.05; done";
        using Process running = programs.Start("rsh-client", "run", programs.Host, command);
        Assert.Equal("begun", await running.StandardOutput.ReadLineAsync().Within());
        string id = await OnlyJobAsync(programs);
        Assert.Equal(1, (await programs.RunAsync("rsh-server", ["kill", "--signal", "NONE", id], "")).Status);
        Output sent = await programs.RunAsync("rsh-server", ["kill", "--signal", "USR1", id], "");
        Assert.Equal((0, "", ""), (sent.Status, sent.Text, sent.Error));
        Assert.Equal("got it", await running.StandardOutput.ReadLineAsync().Within());
        await running.WaitForExitAsync().Within();
        Assert.Equal(3, running.ExitCode);
    }

    [Fact]
    public async Task Log_names_a_connection_by_the_number_that_status_shows()
    {
        await using Programs programs = await Programs.StartAsync();
        using Process running = programs.Start("rsh-client", "run", programs.Host, "echo begun; exec sleep 100");
        Assert.Equal("begun", await running.StandardOutput.ReadLineAsync().Within());
        string number = Regex.Match((await programs.RunAsync("rsh-server", ["status"], "")).Text, @"^ +(#\d+)  ", RegexOptions.Multiline)
            .Groups[1].Value;
        await EndAsync(programs, running);
        await Waiting.Until(() => Logged(programs, number).Any(line => line.Contains(" left: ", StringComparison.Ordinal)), "it left");

        string[] lines = Logged(programs, number);
        foreach (string word in (string[])[" connected with key ", " started for ", " ended for ", " left: "])
            Assert.Single(lines, line => line.Contains(word, StringComparison.Ordinal));
        Assert.Equal(0, (await programs.ClientAsync("run", programs.Host, "true")).Status);
        Assert.Equal(lines.Length, Logged(programs, number).Length);
    }

    private static string[] Logged(Programs programs, string connection) =>
    [
        .. from line in programs.Log
           where line.EndsWith('}')
           let entry = JsonDocument.Parse(line).RootElement
           where entry.GetProperty("Properties").TryGetProperty("Connection", out JsonElement number) && number.GetString() == connection
           select entry.GetProperty("RenderedMessage").GetString(),
    ];

    private static async Task<string> OnlyJobAsync(Programs programs)
        => Assert.Single(Lines(await programs.RunAsync("rsh-server", ["jobs", "--json"], ""))).GetProperty("job").GetString()!;

    private static async Task EndAsync(Programs programs, Process running)
    {
        Assert.Equal(0, (await programs.RunAsync("rsh-server", ["kill", await OnlyJobAsync(programs)], "")).Status);
        await running.WaitForExitAsync().Within();
    }

    private static JsonElement[] Lines(Output output)
        => [.. output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
}
