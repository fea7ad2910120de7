namespace RemoteShell.EndToEnd;

/// <summary>The exit status tells a script what failed: the table in the README.</summary>
public class ExitStatusTests
{
    private const string Refused = """{"type":"refused","channel":1,"code":"CODE","text":"no"}""";

    [Theory]
    [InlineData("run HOST x", "limit", 255)]
    [InlineData("run --detach HOST x", "limit", 255)]
    [InlineData("run --json HOST x", "forbidden", 255)]
    [InlineData("calc HOST 1", "limit", 255)]
    [InlineData("attach HOST 0", "not-found", 255)]
    [InlineData("wait HOST 0", "not-found", 255)]
    [InlineData("logs HOST 0", "not-found", 1)]
    [InlineData("kill HOST 0", "not-found", 1)]
    [InlineData("kill --signal HUP HOST 0", "not-found", 1)]
    [InlineData("kill --signal X HOST 0", "bad-request", 2)]
    [InlineData("rm HOST 0", "running", 1)]
    [InlineData("jobs HOST", "limit", 1)]
    [InlineData("who HOST", "limit", 1)]
    [InlineData("notify HOST x", "limit", 1)]
    [InlineData("notify HOST x", "forbidden", 1)]
    [InlineData("chat HOST", "forbidden", 1)]
    [InlineData("get HOST:x -", "not-found", 1)]
    [InlineData("get HOST:x -", "bad-request", 1)]
    public async Task Refusal_has_the_status_of_its_subcommand(string arguments, string code, int status)
    {
        await using var programs = new Programs();
        await using var server = HostileServer.Saying(Refused.Replace("CODE", code, StringComparison.Ordinal));
        Output output = await RunAsync(programs, server, arguments);
        Assert.True(status == output.Status, $"{output.Status}: {output.Error}");
        Assert.EndsWith("rsh-client: no\n", output.Error);
    }

    [Theory]
    [InlineData("run HOST x")]
    [InlineData("jobs HOST")]
    [InlineData("logs HOST 0")]
    [InlineData("kill HOST 0")]
    [InlineData("rm HOST 0")]
    [InlineData("notify HOST x")]
    [InlineData("chat HOST")]
    [InlineData("get HOST:x -")]
    [InlineData("ping -c 1 HOST")]
    [InlineData("time HOST")]
    public async Task Failed_connection_is_255_for_each_subcommand(string arguments)
    {
        await using var programs = new Programs();
        await using var server = HostileServer.Saying("""{"type":"error","code":"unauthorized","text":"no"}""");
        // A ping opens no channel: the refusal comes at once.
        await using var eager = new HostileServer(async connection =>
        {
            await connection.SayAsync(RawPeer.Hello, """{"type":"error","code":"unauthorized","text":"no"}""");
            await connection.DrainAsync();
        });
        Output output = await RunAsync(programs, arguments.StartsWith('p') || arguments.StartsWith('t') ? eager : server, arguments);
        Assert.True(output.Status == 255, $"{output.Status}: {output.Error}");
    }

    public static TheoryData<string, string> BrokenConfigurations => new()
    {
        { "half an object", "{" },
        { "an array", "[]" },
        { "another type", """{"hosts":5}""" },
        { "null", """{"hosts":null}""" },
        { "an unknown field", """{"host":{}}""" },
        { "an unknown field of a host", """{"hosts":{"*":{"encodings":"gbk"}}}""" },
        { "an unknown encoding", """{"hosts":{"*":{"encoding":"klingon"}}}""" },
        { "not text", "\0\0\0" },
        { "too large", new string(' ', (1024 * 1024) + 1) },
    };

    [Theory]
    [MemberData(nameof(BrokenConfigurations))]
    public async Task Broken_configuration_is_255_where_the_status_is_a_commands(string kind, string content)
    {
        _ = kind;
        await using var programs = new Programs();
        Assert.Equal(0, (await programs.ClientAsync("keygen")).Status);
        string path = Path.Combine(programs.Home, "client", "config.json");
        await File.WriteAllTextAsync(path, content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string[][] commands = [["run", "127.0.0.1:1", "x"], ["run", "--json", "127.0.0.1:1", "x"], ["attach", "127.0.0.1:1", "0"]];
        foreach (string[] command in commands)
        {
            Output output = await programs.ClientAsync(command);
            Assert.Equal((255, ""), (output.Status, output.Text));
            Assert.Contains("config.json", output.Error);
            Assert.DoesNotContain("bug", output.Error);
        }
    }

    [Fact]
    public async Task Folder_in_place_of_the_configuration_is_an_error_with_a_hint()
    {
        await using var programs = new Programs();
        Assert.Equal(0, (await programs.ClientAsync("keygen")).Status);
        string path = Path.Combine(programs.Home, "client", "config.json");
        Directory.CreateDirectory(path);
        Output output = await programs.ClientAsync("run", "127.0.0.1:1", "x");
        Assert.Equal((255, ""), (output.Status, output.Text));
        Assert.StartsWith($"rsh-client: {path} is a folder, not a file\nremove it, or write it like this: ", output.Error);
    }

    [Fact]
    public async Task Notify_over_the_rate_limit_is_refused_with_1()
    {
        await using Programs programs = await Programs.StartAsync();
        // At once, since the limit is a rate.
        Output[] sent = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => programs.ClientAsync("notify", programs.Host, "look")));
        Assert.Equal([0, 1], sent.Select(output => output.Status).Distinct().Order().ToList());
    }

    private static Task<Output> RunAsync(Programs programs, HostileServer server, string arguments)
    {
        string[] words = [.. arguments.Split(' ').Select(word => word.Replace("HOST", server.Host, StringComparison.Ordinal))];
        return programs.ClientAsync([words[0], "--accept-new", .. words[1..]]);
    }
}
