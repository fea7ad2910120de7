using System.Diagnostics;
using System.Net;

namespace RemoteShell.EndToEnd.FileTests;

/// <summary>Ctrl+C during a transfer, and the same command again.</summary>
public sealed class InterruptedTransferTests : IAsyncLifetime
{
    private const long Size = 1L << 30, Mebibyte = 1 << 20;
    private const int Pieces = 48;

    private Programs _programs = null!;
    private TcpRelay _relay = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: transfers of files");
        _programs = await Programs.StartAsync();
        _relay = new(IPEndPoint.Parse(_programs.Host));
        _programs.Host = _relay.Address.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        if (_programs is null)
            return;
        await _relay.DisposeAsync();
        await _programs.DisposeAsync();
    }

    [Fact]
    public async Task Same_command_after_an_interrupt_goes_on()
    {
        string there = Path.Combine(_programs.Home, "there");
        WriteSparse(there);
        string[] command = ["get", "--accept-new", "--bwlimit", "16M", $"{_programs.Host}:{there}", "here"];
        using (Process client = _programs.Start("rsh-client", command))
        {
            await Waiting.Until(() => _relay.Passed > 12 * Mebibyte, "a part of the file has arrived");
            Programs.Signal(client, "INT");
            string said = await client.StandardError.ReadToEndAsync().Within();
            await client.WaitForExitAsync().Within();
            Assert.Equal(130, client.ExitCode);
            Assert.Contains("the part of 'here' that has arrived; the same command again goes on", said);
            Assert.False(File.Exists(Path.Combine(_programs.Home, "here")));
        }

        Output again = await _programs.ClientAsync(command);
        Assert.Equal(0, again.Status);
        Assert.Contains("rsh-client: here: resumed at byte ", again.Error);
        Assert.InRange(_relay.Passed, Pieces * Mebibyte, (Pieces + 4) * Mebibyte);
        await _programs.RunToolAsync("cmp", "there", "here");
        Assert.Empty(Directory.GetFiles(_programs.Home, ".rsh-partial-*"));
    }

    [Fact]
    public async Task Interrupt_of_a_copy_names_the_part_that_stays()
    {
        string file = SlowPut(64 * Mebibyte)[^2];
        string[] command =
            ["cp", "--accept-new", "--bwlimit", "8M", $"{_programs.Host}:{file}", $"{_programs.Host}:{_programs.Home}/there"];
        using (Process client = _programs.Start("rsh-client", command))
        {
            await Waiting.Until(() => PartialFiles().Any(part => part.Length > 12 * Mebibyte), "a part of the file has arrived");
            Programs.Signal(client, "INT");
            string said = await client.StandardError.ReadToEndAsync().Within();
            await client.WaitForExitAsync().Within();
            Assert.Equal(130, client.ExitCode);
            Assert.Contains("interrupted; what is whole stays, and so does the part of 'file' that has arrived", said);
        }

        Output again = await _programs.ClientAsync(command);
        Assert.Equal(0, again.Status);
        Assert.Contains("rsh-client: there: resumed at byte ", again.Error);
    }

    [Theory]
    [InlineData("put", "file")]
    [InlineData("get", "there")]
    [InlineData("cp", "file")]
    public async Task Terminal_shows_a_bar_and_the_file_in_hand_until_an_interrupt(string verb, string name)
    {
        string[] command = SlowPut(16 * Mebibyte);
        command[0] = verb;
        if (verb != "put")
            command[^2] = $"{_programs.Host}:{command[^2]}";
        if (verb == "get")
            command[^1] = $"{_programs.Home}/there";
        await using TestTerminal terminal = _programs.ClientOnTerminal(command);
        await terminal.SeesAsync("\u001b[93m━");
        await terminal.SeesAsync(" MiB of 16.0 MiB, 0 of 1, ");
        await terminal.SeesAsync(" left\r");
        await terminal.SeesAsync($"\n{name}\u001b[1A");
        await terminal.TypeAsync("\u0003");
        await terminal.SeesAsync($"interrupted; what is whole stays, and so does the part of '{name}' that has arrived");
        Assert.Equal(130, await terminal.EndAsync());
    }

    [Fact]
    public async Task Bar_has_no_colours_with_NO_COLOR()
    {
        var plain = new Dictionary<string, string> { ["NO_COLOR"] = "1" };
        await using TestTerminal terminal = _programs.OnTerminal(plain, 80, 24, SlowPut(5 * Mebibyte));
        Assert.Equal(0, await terminal.EndAsync());
        string shown = System.Text.Encoding.UTF8.GetString(terminal.Shown);
        Assert.Contains("━ ", shown, StringComparison.Ordinal);
        Assert.DoesNotMatch("\u001b\\[[0-9;]*m", shown);
    }

    [Fact]
    public async Task Terminal_that_cannot_redraw_a_line_shows_no_bar()
    {
        string[] command = SlowPut(5 * Mebibyte);
        var dumb = new Dictionary<string, string> { ["TERM"] = "dumb" };
        await using TestTerminal terminal = _programs.OnTerminal(dumb, 80, 24, command);
        Assert.Equal(0, await terminal.EndAsync());
        Assert.Equal("", System.Text.Encoding.UTF8.GetString(terminal.Shown));
    }

    [Theory]
    [InlineData(":put")]
    [InlineData(":get")]
    public async Task Interrupt_at_a_prompt_ends_the_transfer_and_not_the_prompt(string word)
    {
        string file = SlowPut(64 * Mebibyte)[^2];
        await using TestTerminal terminal = _programs.OnTerminal(
            new Dictionary<string, string> { ["NO_COLOR"] = "1" }, 80, 24, "connect", "--accept-new", _programs.Host);
        await terminal.SeesAsync("$ ");
        await terminal.TypeAsync($"{word} --bwlimit 8M {file} {_programs.Home}/there\r");
        await Waiting.Until(() => PartialFiles().Any(part => part.Length > 12 * Mebibyte), "a part of the file has arrived");
        await terminal.TypeAsync("\u0003");
        await terminal.SeesAsync("interrupted; what is whole stays");
        await terminal.SeesAsync("$ ");
        // Longer than the program takes to exit after an interrupt that cancels all of it.
        await terminal.TypeAsync($"sleep 4; {Typed.Echo("fresh")}\r");
        await terminal.SeesAsync("fresh");
        Assert.NotEmpty(PartialFiles());
        Assert.False(File.Exists(Path.Combine(_programs.Home, "there")));
        await terminal.TypeAsync(":exit\r");
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Theory]
    [InlineData("put")]
    [InlineData("get")]
    [InlineData("cp")]
    public async Task Hint_about_a_server_that_is_lost_says_that_the_same_command_goes_on(string verb)
    {
        string file = SlowPut(64 * Mebibyte)[^2];
        string source = verb == "put" ? file : $"{_programs.Host}:{file}";
        string target = verb == "get" ? $"{_programs.Home}/there" : $"{_programs.Host}:{_programs.Home}/there";
        using Process client = _programs.Start(
            "rsh-client", verb, "--accept-new", "--give-up", "300ms", "--bwlimit", "8M", source, target);
        await Waiting.Until(() => PartialFiles().Any(part => part.Length > Mebibyte), "a part of the file has arrived");
        _relay.IsDown = true;
        _relay.Cut();
        string said = await client.StandardError.ReadToEndAsync().Within();
        await client.WaitForExitAsync().Within();
        Assert.Equal(255, client.ExitCode);
        Assert.EndsWith("\nthe same command again goes on where this one stopped\n", said);
        Assert.DoesNotContain("attach", said);
    }

    [Theory]
    [InlineData("put", "give the command again, with all of the input")]
    [InlineData("ls", "give the same command again")]
    public async Task Hint_about_a_server_that_is_lost_names_no_job(string verb, string hint)
    {
        if (verb == "ls")
            Assert.Equal(0, (await _programs.ShellAsync("mkdir many && cd many && seq -f %0200.0f 2000 | xargs touch")).Status);
        string[] command = verb == "put"
            ? ["put", "--give-up", "300ms", "--accept-new", "-", $"{_programs.Host}:{_programs.Home}/there"]
            : ["file", "ls", "--give-up", "300ms", "--accept-new", $"{_programs.Host}:{_programs.Home}/many"];
        long before = _relay.Passed;
        _relay.StallAfter = before + _relay.PassedToServer + (verb == "ls" ? 64 * 1024 : long.MaxValue / 2);
        using Process client = _programs.Start("rsh-client", command);
        if (verb == "put")
        {
            await client.StandardInput.BaseStream.WriteAsync(new byte[3 << 20]);
            await client.StandardInput.BaseStream.FlushAsync();
            await Waiting.Until(() => PartialFiles().Length > 0, "a part of the file has arrived");
        }
        else
        {
            await Waiting.Until(() => _relay.Passed > before + (32 * 1024), "a part of the list has arrived");
        }

        _relay.IsDown = true;
        _relay.Cut();
        string said = await client.StandardError.ReadToEndAsync().Within();
        await client.WaitForExitAsync().Within();
        Assert.Equal(255, client.ExitCode);
        Assert.Contains($"\n{hint}", said);
        Assert.DoesNotContain("attach", said);
    }

    private FileInfo[] PartialFiles() => new DirectoryInfo(_programs.Home).GetFiles(".rsh-partial-*");

    // Sends a file without holes with 2 MiB a second.
    private string[] SlowPut(long size)
    {
        var content = new byte[size];
        Array.Fill(content, (byte)1);
        File.WriteAllBytes(Path.Combine(_programs.Home, "file"), content);
        return ["put", "--accept-new", "--bwlimit", "2M", $"{_programs.Home}/file", $"{_programs.Host}:{_programs.Home}/there"];
    }

    // Holes, and pieces of 1 MiB of random bytes.
    private static void WriteSparse(string path)
    {
        var random = new Random(1);
        var piece = new byte[Mebibyte];
        using FileStream file = File.Create(path);
        file.SetLength(Size);
        for (int i = 0; i < Pieces; i++)
        {
            random.NextBytes(piece);
            file.Position = Size / Pieces * i;
            file.Write(piece);
        }
    }
}
