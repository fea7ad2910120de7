using System.Diagnostics;
using System.Text.Json;

namespace RemoteShell.EndToEnd;

/// <summary>Chat, notices and UDP probes, run as programs.</summary>
public sealed class ChatTests : IAsyncLifetime
{
    private const string Time = @"\d\d:\d\d:\d\d";

    private Programs _programs = null!;

    private string Host => _programs.Host;

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync("--stop-grace=100ms", "--udp");

    public ValueTask DisposeAsync() => _programs.DisposeAsync();

    [Fact]
    public async Task Chat_from_a_pipe_sends_lines_and_prints_events()
    {
        Output output = await _programs.ClientWithInputAsync("one\n\nzwei 好", "chat", Host, "a room");
        Assert.Equal((0, ""), (output.Status, output.Error));
        Assert.Matches($"^{Time} (\\S+) joined; 1 here: \\1\n{Time} \\1: one\n{Time} \\1: zwei 好\n{Time} \\1 left\n$", output.Text);

        Output json = await _programs.ClientWithInputAsync("three\n", "chat", "--json", "--last", "1", Host, "a room");
        string[] texts = json.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonElement[] lines = [.. texts.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(["said", "left", "joined", "said", "left"], lines.Select(line => line.GetProperty("event").GetString()));
        IEnumerable<JsonElement> said = lines.Where(line => line.TryGetProperty("text", out _));
        Assert.Equal(["zwei 好", "three"], said.Select(line => line.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task Chat_on_a_terminal_keeps_the_typed_line_when_others_write()
    {
        await using TestTerminal terminal = _programs.ClientOnTerminal("chat", Host);
        await terminal.SeesAsync("1 here");
        await terminal.SeesAsync("> ");
        await terminal.TypeAsync("half a li");
        await terminal.SeesAsync("half a li");
        Assert.Equal(0, (await _programs.ClientWithInputAsync("hello\n", "chat", "--last", "0", Host)).Status);
        await terminal.SeesAsync(": hello");
        await terminal.SeesAsync("half a li");
        await terminal.TypeAsync("ne\r");
        Output heard = await _programs.ClientAsync("chat", Host);
        Assert.Contains(": half a line\n", heard.Text);
        await terminal.TypeAsync("/quit\r");
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task Typed_line_with_a_slash_is_a_command_and_is_not_said()
    {
        await using TestTerminal terminal = _programs.ClientOnTerminal("chat", Host, "slashes");
        await terminal.SeesAsync("1 here");
        await terminal.TypeAsync("/qiut now\r");
        await terminal.SeesAsync("'/qiut' is not a command, and was not sent; /quit leaves the room");
        await terminal.TypeAsync("/help\r");
        await terminal.SeesAsync("//TEXT sends /TEXT");
        await terminal.TypeAsync("//etc/hosts is wrong\r");
        await Waiting.UntilAsync(async () => (await HeardAsync()).Contains(": /etc/hosts is wrong\n"), "the line is said");
        string heard = await HeardAsync();
        Assert.DoesNotContain("qiut", heard);
        Assert.DoesNotContain("help", heard);
        await terminal.TypeAsync("/quit\r");
        Assert.Equal(0, await terminal.EndAsync());
        // Only what is typed: a script's lines are said as they are.
        Assert.Contains(": /qiut\n", (await _programs.ClientWithInputAsync("/qiut\n", "chat", Host, "slashes")).Text);

        async Task<string> HeardAsync() => (await _programs.ClientAsync("chat", Host, "slashes")).Text;
    }

    [Fact]
    public async Task Sessions_of_one_key_have_different_names()
    {
        await using TestTerminal first = _programs.ClientOnTerminal("chat", Host, "twins");
        await first.SeesAsync("1 here");
        await using TestTerminal second = _programs.ClientOnTerminal("chat", Host, "twins");
        await second.SeesAsync(" (2) joined; 2 here: ");
        Output third = await _programs.ClientWithInputAsync("from three\n", "chat", Host, "twins");
        Assert.Matches(" \\(3\\): from three\n", third.Text);
        await second.TypeAsync("from two\r");
        await first.SeesAsync(" (2): from two");
        await first.TypeAsync("from one\r");
        await second.SeesAsync(": from one");
        Assert.DoesNotContain(" (1)", System.Text.Encoding.UTF8.GetString(second.Shown));
        await first.TypeAsync("/quit\r");
        Assert.Equal(0, await first.EndAsync());
        await second.SeesAsync(" left");
        // The first name is free again; a number stays with its session.
        Output fourth = await _programs.ClientWithInputAsync("from four\n", "chat", Host, "twins");
        Assert.DoesNotContain("): from four", fourth.Text);
        await second.TypeAsync("still two\r");
        await second.TypeAsync("/quit\r");
        Assert.Equal(0, await second.EndAsync());
        Assert.Contains(" (2): still two\n", (await _programs.ClientAsync("chat", Host, "twins")).Text);
    }

    [Fact]
    public async Task Notify_reaches_a_prompt_and_the_client_of_a_running_command()
    {
        await using TestTerminal prompt = _programs.ClientOnTerminal("connect", Host);
        await prompt.SeesAsync("$");
        using Process running = _programs.Start("rsh-client", "run", Host, "echo begun; cat /dev/zero | head -c 10; exec sleep 100");
        Assert.Equal("begun", await running.StandardOutput.ReadLineAsync().Within());
        Output output = await _programs.ClientAsync("notify", Host, "lunch", "is", "ready");
        Assert.Equal(0, output.Status);
        Assert.StartsWith("rsh-client: sent to 2 connections: ", output.Error);
        await prompt.SeesAsync(" says: lunch is ready");
        Assert.EndsWith(" says: lunch is ready", await running.StandardError.ReadLineAsync().Within());
        Programs.Signal(running, "TERM");
        await running.WaitForExitAsync().Within();
        await prompt.TypeAsync("exit\r");
        Assert.Equal(0, await prompt.EndAsync());

    }

    [Fact]
    public async Task Notify_refuses_empty_and_long_messages()
    {
        Output empty = await _programs.ClientAsync("notify", Host, " ");
        Assert.Equal((2, "rsh-client: the message is empty\nsee: rsh-client notify --help\n"), (empty.Status, empty.Error));
        Output tooLong = await _programs.ClientWithInputAsync(new string('x', 2000), "notify", Host, "-");
        Assert.Equal(2, tooLong.Status);
        Assert.Equal(
            "rsh-client: the message has 2000 characters; at most 1024 are allowed\nsee: rsh-client notify --help\n", tooLong.Error);
    }

    [Fact]
    public async Task Chat_continues_after_a_restart_of_the_server()
    {
        using Process chatting = _programs.Start("rsh-client", "chat", Host);
        Assert.Contains(" joined; 1 here: ", await chatting.StandardOutput.ReadLineAsync().Within());
        Assert.Equal(0, (await _programs.RunAsync("rsh-server", ["stop"], "")).Status);
        Assert.StartsWith("rsh-client: the server is stopping", await chatting.StandardError.ReadLineAsync().Within());
        Assert.StartsWith("rsh-client: lost the connection to ", await chatting.StandardError.ReadLineAsync().Within());
        await _programs.StartServerAgainAsync();
        await chatting.StandardInput.WriteLineAsync("back again");
        chatting.StandardInput.Close();
        Assert.Contains(": back again\n", await chatting.StandardOutput.ReadToEndAsync().Within());
        await chatting.WaitForExitAsync().Within();
        Assert.Equal(0, chatting.ExitCode);
    }

    [Fact]
    public async Task Ping_by_udp_needs_a_server_with_udp()
    {
        Output output = await _programs.ClientAsync("ping", "--udp", "-c", "3", "-i", "10ms", Host);
        Assert.Equal(0, output.Status);
        Assert.Contains($"{Host}: 3 sent, 3 answered, 0 % lost\n", output.Text);
        Assert.Contains("clock offset: ", output.Text);
        await using Programs silent = await Programs.StartAsync();
        Output none = await _programs.ClientAsync("ping", "--udp", "-c", "1", silent.Host);
        Assert.Equal(255, none.Status);
        Assert.Equal("rsh-client: no answer; a server answers by UDP only if it was started with --udp\n", none.Error);
    }
}
