using System.Text;
using System.Text.Json;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.EndToEnd;

/// <summary>A text of a server never moves the cursor of the real client, looks like another message, or hides what it is.</summary>
/// <remarks>A row for each text that a server can send. A new text gets its row here.</remarks>
public class HostileTextTests
{
    // ESC, a C1 control, BEL, a change of direction, a line separator, and a line feed before what looks like a message.
    private const string Poison = "a\u001b[31mb\u009b5m\u0007c\u202Ed\u2066e\u2028f\rg\nrsh-client: forged";

    private const string Empty = """{"total":0,"digest":"crc32c:00000000"}""";
    private const string Opened = """{"type":"opened","channel":1,"job":"JOB"}""";

    // POISON stands for the text, JOB for the id in the request. `list NAME LINE` is a whole list with that line, and `chat LINE` the
    // line of a chat. `ends CODE` is the rest of a command: the ends of its streams and its result.
    public static TheoryData<string, string, string> Texts => new()
    {
        { "a notice", "run HOST x", """notice {"type":"notice","text":"POISON"}""" },
        { "a refusal", "run HOST x", """{"type":"refused","channel":1,"code":"forbidden","text":"POISON","cure":"POISON"}""" },
        { "the code of a refusal", "run HOST x", """{"type":"refused","channel":1,"code":"POISON","text":""}""" },
        { "a refusal of a list", "jobs HOST", """{"type":"refused","channel":1,"code":"limit","text":"POISON","cure":"POISON"}""" },
        { "a refusal of a file", "get HOST:x -", """{"type":"refused","channel":1,"code":"not-found","text":"POISON"}""" },
        { "an error of the channel", "run HOST x", """{"type":"error","channel":1,"code":"gone","text":"POISON","cure":"POISON"}""" },
        { "an error of the connection", "run HOST x", """{"type":"error","code":"unauthorized","text":"POISON","cure":"POISON"}""" },
        { "a goodbye", "run --give-up 10ms HOST x", """{"type":"goodbye","reason":"POISON"}""" },
        { "a reason", "run HOST x", """ends "lost","code":255,"reason":"POISON" """ },
        { "a signal", "run HOST x", """ends "signaled","code":137,"signal":"POISON" """ },
        { "an outcome", "run HOST x", """ends "POISON","code":9""" },
        { "a contradiction", "run HOST x", """ends "POISON","code":0""" },
        { "a result as JSON", "run --json HOST x", """ends "POISON","code":9,"reason":"POISON","signal":"POISON" """ },
        { "another job", "run HOST x", """{"type":"opened","channel":1,"job":"POISON"}""" },
        { "the id of a job to wait for", "wait HOST 0", """{"type":"opened","channel":1,"job":"9POISON"}""" },
        { "another message", "run HOST x", """{"type":"signal","channel":1,"name":"POISON"}""" },
        { "a type", "run HOST x", """{"type":"POISON","channel":1}""" },
        { "a stream", "run HOST x", """{"type":"end","channel":1,"stream":"POISON","total":0,"digest":"POISON"}""" },
        { "a digest", "run HOST x", """{"type":"end","channel":1,"stream":"stdout","total":0,"digest":"POISON"}""" },
        { "a job", "jobs HOST", """list jobs {"job":"POISON","state":"POISON","command":"POISON","onDisconnect":"POISON"}""" },
        { "a job as JSON", "jobs --json HOST", """list jobs {"job":"POISON","state":"POISON","command":"POISON","reason":"POISON"}""" },
        { "a job that is not JSON", "jobs HOST", "list jobs POISON" },
        { "a connection", "who HOST", """list who {"id":1,"name":"POISON","own":true,"from":"POISON","doing":["POISON"]}""" },
        { "a connection as JSON", "who --json HOST", """list who {"id":1,"name":"POISON","from":"POISON","doing":["POISON"]}""" },
        { "the names of a notice", "notify HOST x", "list notified POISON" },
        { "a line of a chat", "chat HOST", """chat {"event":"said","time":0,"name":"POISON","member":"POISON","text":"POISON"}""" },
        { "who is in a chat", "chat HOST", """chat {"event":"joined","time":0,"name":"x","member":"x","present":["POISON"],"count":3}""" },
        { "an event of a chat", "chat HOST", """chat {"event":"POISON","time":0,"name":"x","member":"x"}""" },
        { "a chat as JSON", "chat --json HOST", """chat {"event":"POISON","time":0,"name":"POISON","member":"POISON","text":"POISON"}""" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Text_of_a_server_is_harmless_where_it_is_shown(string text, string arguments, string answer)
    {
        _ = text;
        await using var programs = new Programs();
        await using var server = new HostileServer(connection => AnswerAsync(connection, answer));
        string[] words = [.. arguments.Split(' ').Select(word => word.Replace("HOST", server.Host, StringComparison.Ordinal))];
        Output output = await programs.ClientAsync([words[0], "--accept-new", .. words[1..]]);
        string shown = output.Text + output.Error;
        Assert.NotEmpty(shown);
        AssertHarmless(shown);
        Assert.DoesNotContain("bug", shown);
        if (arguments.Contains("--json", StringComparison.Ordinal))
            Assert.All(output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => JsonDocument.Parse(line));
    }

    [Fact]
    public async Task Message_of_the_day_is_harmless_on_a_terminal()
    {
        string motd = $$"""{"type":"hello","version":1,"agent":"raw","motd":{{JsonSerializer.Serialize(Poison)}}}""";
        await using var programs = new Programs();
        await using var server = new HostileServer(async connection =>
        {
            await connection.SayAsync(motd);
            await connection.DrainAsync();
        });
        await using TestTerminal terminal = programs.ClientOnTerminal("shell", "--accept-new", server.Host);
        await terminal.SeesAsync("rsh-client: forged");
        terminal.Kill(15);
        await terminal.EndAsync();
        // The message of the day has lines, and the client's own messages may use escape sequences.
        string shown = Encoding.UTF8.GetString(terminal.Shown);
        Assert.Contains("a\uFFFD[31mb\uFFFD5m\uFFFDc\uFFFDd\uFFFDe\uFFFDf\uFFFDg", shown);
        Assert.DoesNotContain("\u001b[31m", shown);
    }

    private static void AssertHarmless(string shown)
    {
        char[] harmful = ['\u001b', '\u009b', '\u0007', '\u202E', '\u2066', '\u2028', '\r'];
        Assert.True(shown.IndexOfAny(harmful) < 0, JsonSerializer.Serialize(shown));
        Assert.DoesNotContain("\nrsh-client: forged", shown);
    }

    private static async Task AnswerAsync(HostileConnection connection, string answer)
    {
        await connection.SayAsync(RawPeer.Hello);
        JsonElement open = await connection.ReadOpenAsync();
        string job = open.TryGetProperty("job", out JsonElement id) ? id.GetString()! : "";
        string poison = JsonSerializer.Serialize(Poison)[1..^1];
        string whole = answer.Replace("POISON", poison, StringComparison.Ordinal);
        string opened = Opened.Replace("JOB", job, StringComparison.Ordinal);
        string rest = whole[(whole.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        switch (whole.Split(' ')[0])
        {
            case "list":
                string name = rest.Split(' ')[0], line = rest[(name.Length + 1)..];
                await ListAsync(connection, name, line.StartsWith('{') ? line : RawPoison);
                break;
            case "chat":
                await ChatAsync(connection, rest);
                break;
            case "ends":
                await connection.SayAsync([opened, .. Ends(rest)]);
                break;
            case "notice":
                await connection.SayAsync([rest, opened, .. Ends("\"exited\"")]);
                break;
            default:
                await connection.SayAsync(whole);
                break;
        }

        await connection.DrainAsync();
    }

    private static string[] Ends(string outcome) =>
    [
        $$"""{"type":"end","channel":1,"stream":"stdout",{{Empty[1..]}}""",
        $$"""{"type":"end","channel":1,"stream":"stderr",{{Empty[1..]}}""",
        $$"""{"type":"result","channel":1,"outcome":{{outcome}},"streams":{"stdout":{{Empty}},"stderr":{{Empty}} } }""",
    ];

    // A line feed would end the line of the list.
    private static string RawPoison => Poison.Replace("\n", "", StringComparison.Ordinal);

    private static async Task ListAsync(HostileConnection connection, string name, string line)
    {
        await connection.SayAsync("""{"type":"opened","channel":1}""");
        await StreamAsync(connection, name, line);
    }

    private static async Task ChatAsync(HostileConnection connection, string line)
    {
        await connection.SayAsync(
            """{"type":"opened","channel":1,"window":1000,"member":"m","position":{"from":0},"streams":{"chat":0} }""");
        await StreamAsync(connection, "chat", line);
    }

    private static async Task StreamAsync(HostileConnection connection, string name, string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes($"{line}\n");
        string total = $"\"total\":{bytes.Length},\"digest\":\"{Checksum.Of(bytes)}\"";
        await connection.SendAsync(RawPeer.Data(1, name, 0, bytes));
        await connection.SayAsync(
            $$"""{"type":"end","channel":1,"stream":"{{name}}",{{total}}}""",
            $$"""{"type":"result","channel":1,"outcome":"exited","code":0,"streams":{"{{name}}":{ {{total}} } } }""");
    }
}
