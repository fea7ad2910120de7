using System.Diagnostics;
using System.Globalization;

namespace RemoteShell.EndToEnd;

/// <summary>The samples that embed the libraries, run as their users run them.</summary>
public class SampleTests
{
    [Fact]
    public async Task Lines_sample_shows_both_streams()
    {
        await using Programs programs = await Programs.StartAsync();
        Output output = await programs.RunAsync("Embedding.Lines", [programs.Host, "echo one; echo two >&2; exit 3"], "");
        Assert.Equal(["error: two", "exit status 3", "one"], output.Text.Trim().Split('\n').Order(StringComparer.Ordinal));
        Assert.Equal((3, ""), (output.Status, output.Error));
    }

    [Fact]
    public async Task File_sample_copies_and_says_the_digest()
    {
        await using Programs programs = await Programs.StartAsync();
        string there = Path.Combine(programs.Home, "there"), here = Path.Combine(programs.Home, "here");
        await File.WriteAllTextAsync(there, "abc");
        Output output = await programs.RunAsync("Embedding.File", [programs.Host, there, here], "");
        Assert.Equal("3 bytes, sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n", output.Text);
        Assert.Equal("abc", await File.ReadAllTextAsync(here));
        Assert.Equal(1, (await programs.RunAsync("Embedding.File", [programs.Host, "/no/such", here], "")).Status);
    }

    [Fact]
    public async Task Resume_sample_takes_up_a_job_that_another_process_left()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: detached jobs");
        await using Programs programs = await Programs.StartAsync();
        string[] start = [programs.Host, "start", "echo left; sleep 0.5; echo taken up; exit 6"];
        Output started = await programs.RunAsync("Embedding.Resume", start, "");
        Assert.Equal(0, started.Status);
        Output attached = await programs.RunAsync("Embedding.Resume", [programs.Host, "attach", started.Text.Trim()], "");
        Assert.Equal((6, "left\ntaken up\n"), (attached.Status, attached.Text));
    }

    [Fact]
    public async Task Hosted_sample_serves_commands_until_sigterm()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: SIGTERM");
        await using var programs = new Programs();
        Output key = await programs.ClientAsync("keygen");
        string folder = Directory.CreateDirectory(Path.Combine(programs.Home, "hosted")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "authorized_keys"), key.Text);

        using Process hosted = programs.Start("Embedding.Hosted", folder);
        string line = await hosted.StandardOutput.ReadLineAsync().Within() ?? await hosted.StandardError.ReadToEndAsync().Within();
        Assert.StartsWith("listening on 127.0.0.1:", line, StringComparison.Ordinal);
        Output output = await programs.ClientAsync("run", "--accept-new", line["listening on ".Length..], "echo hosted");
        Assert.Equal((0, "hosted\n"), (output.Status, output.Text));

        await programs.RunToolAsync("/bin/kill", "-TERM", hosted.Id.ToString(CultureInfo.InvariantCulture));
        await hosted.WaitForExitAsync().Within();
        Assert.Equal(0, hosted.ExitCode);
    }
}
