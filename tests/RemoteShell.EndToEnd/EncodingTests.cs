using System.Text;

namespace RemoteShell.EndToEnd;

/// <summary>Remote text in an encoding other than UTF-8.</summary>
public sealed class EncodingTests : IAsyncLifetime
{
    private static readonly Encoding Gbk = GetGbk();

    private Programs _programs = null!;

    private string Host => _programs.Host;

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync("--stop-grace=100ms");

    public ValueTask DisposeAsync() => _programs.DisposeAsync();

    [Fact]
    public async Task Output_is_shown_as_utf8_also_if_a_frame_ends_within_a_character()
    {
        Output output = await _programs.ClientAsync(
            "run", "--encoding", "gbk", Host, "printf '\\304'; sleep 0.3; printf '\\343\\n'; printf '\\272\\303\\n' >&2");
        Assert.Equal(("你\n", "好\n"), (output.Text, output.Error));
    }

    [Fact]
    public async Task Large_output_is_decoded_and_its_digest_is_that_of_the_raw_bytes()
    {
        string text = string.Concat(Enumerable.Range(0, 300_000).Select(i => i % 7 == 0 ? "x" : "好的丂"));
        string file = Path.Combine(_programs.Home, "text");
        await File.WriteAllBytesAsync(file, Gbk.GetBytes(text), TestContext.Current.CancellationToken);
        Output output = await _programs.ClientAsync("run", "--encoding", "GBK", Host, "cat", file);
        Assert.Equal(text, output.Text);

        Output json = await _programs.ClientAsync("run", "--encoding", "gbk", "--json", "--digest", "sha256", Host, "cat", file);
        using var report = System.Text.Json.JsonDocument.Parse(json.Bytes);
        Assert.Equal(text, report.RootElement.GetProperty("stdout").GetString());
        string raw = $"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Gbk.GetBytes(text)))}";
        Assert.Equal(raw, report.RootElement.GetProperty("streams").GetProperty("stdout").GetProperty("digest").GetString());
    }

    [Fact]
    public async Task Undecodable_bytes_are_replaced_and_counted()
    {
        Output output = await _programs.ClientAsync("run", "--encoding", "gbk", Host, "printf '\\304\\343\\377\\304 |\\272'");
        Assert.Equal("你\uFFFD\uFFFD|\uFFFD", output.Text);
        Assert.Matches(@"^rsh-client: the output had bytes that are not gbk, 3 times; they are shown as U\+FFFD\n$", output.Error);
    }

    [Fact]
    public async Task Input_is_sent_in_the_remote_encoding()
    {
        Output output = await _programs.ClientWithInputAsync("你好😀\n", "run", "-i", "--encoding", "gbk", Host, "od -An -tx1");
        Assert.Equal(
            (" c4 e3 ba c3 3f 0a\n", "rsh-client: the input had characters that gbk does not have, once; they are sent as '?'\n"),
            (output.Text, output.Error));
    }

    [Fact]
    public async Task Arguments_and_variables_reach_the_command_in_its_encoding()
    {
        string[] odd = ["好", "a'b\"c", "x\\y", "%d %s", "$HOME `id`", "", "两\n", " 空 格 ", "-n", "*", "十一\\", "十二'"];
        Output output = await _programs.ClientAsync(["run", "--encoding", "gbk", Host, "printf", "[%s]", .. odd]);
        Assert.Equal(string.Concat(odd.Select(word => $"[{word}]")), output.Text);

        // Arguments do not pass through a shell, so bytes such as a backslash are allowed.
        Assert.Equal(
            "予定表 ソ", (await _programs.ClientAsync("run", "--encoding", "shift_jis", Host, "printf", "%s ", "予定表", "ソ")).Text.TrimEnd());
        string longText = string.Concat(Enumerable.Repeat("好", 30_000));
        Assert.Equal(longText, (await _programs.ClientAsync("run", "--encoding", "gbk", Host, "printf", "%s", longText)).Text);
        Output variable = await _programs.ClientAsync(
            "run", "--encoding", "gbk", "--env", "WORD=值 'x'", Host, "printf %s \"$WORD\" | od -An -tx1");
        Assert.Equal(" d6 b5 20 27 78 27\n", variable.Text);
        Output nowhere = await _programs.ClientAsync("run", "--encoding", "gbk", "--cwd", "/tmp/没有", Host, "true");
        Assert.Equal(126, nowhere.Status);
    }

    [Fact]
    public async Task Prompt_keeps_folder_and_variables_in_the_remote_encoding()
    {
        Output output = await _programs.ClientWithInputAsync(
            $"cd {_programs.Home}\nmkdir 目录\ncd 目录\nexport WORD=值\necho $WORD in $PWD\npwd | tail -c 5 | od -An -tx1\nupper 好 a\n",
            "connect",
            "--encoding",
            "gbk",
            Host);
        Assert.Equal(($"值 in {_programs.Home}/目录\n c4 bf c2 bc 0a\n好 A\n", ""), (output.Text, output.Error));
    }

    [Fact]
    public async Task Prompt_works_in_an_encoding_that_is_not_ascii_compatible()
    {
        Output output = await _programs.ClientWithInputAsync(
            "cd /tmp\nprintf 'a\\0b\\0\\n\\0'\nprintf '%s' $PWD | od -An -c\n", "connect", "--encoding", "utf-16", Host);
        Assert.StartsWith("ab\n", output.Text);
        Assert.Equal(0, output.Status);
    }

    [Fact]
    public async Task Logs_are_decoded_only_with_the_option()
    {
        string job = (await _programs.ClientAsync("run", "-d", "--encoding", "gbk", Host, "echo 好的")).Text.Trim();
        Assert.Equal(0, (await _programs.ClientAsync("wait", Host, job)).Status);
        Assert.Equal("好的\n", (await _programs.ClientAsync("logs", "--encoding", "gbk", Host, job)).Text);
        Assert.Equal(Gbk.GetBytes("好的\n"), (await _programs.ClientAsync("logs", Host, job)).Bytes);
    }

    [Fact]
    public async Task Terminal_keys_and_output_are_converted()
    {
        await using TestTerminal terminal = _programs.ClientOnTerminal(
            "run", "-t", "--encoding", "gbk", "--env", "LC_ALL=C", Host,
            "stty -echo; printf '\\304\\343: '; read word; printf %s \"$word\" | od -An -tx1");
        await terminal.SeesAsync("你: ");
        await terminal.TypeAsync("好\r");
        await terminal.SeesAsync("ba c3");
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task Configuration_sets_the_encoding_and_the_option_overrides_it()
    {
        string file = Path.Combine(_programs.Home, "client", "config");
        await WriteAsync(file, $"Host {Host} # this one\n    Encoding gbk\nHost *\n    Encoding big5\n");
        Assert.Equal("好\n", (await _programs.ClientAsync("run", Host, "printf '\\272\\303\\n'")).Text);
        Assert.Equal("好\n", (await _programs.ClientAsync("run", "--encoding", "utf-8", Host, "echo 好")).Text);
        await WriteAsync(file, "Encoding nope\n");
        Output wrong = await _programs.ClientAsync("run", Host, "true");
        Assert.Equal(255, wrong.Status);
        Assert.StartsWith($"rsh-client: {file}:1: Encoding: there is no encoding 'nope'", wrong.Error);
    }

    [Fact]
    public async Task Settings_of_config_json_are_moved_once_and_that_is_said()
    {
        string old = Path.Combine(_programs.Home, "client", "config.json"), file = Path.Combine(_programs.Home, "client", "config");
        await WriteAsync(old, $$"""{ "hosts": { "*": { "encoding": "big5" }, /* this one */ "{{Host}}": { "encoding": "gbk" }, } }""");
        Output first = await _programs.ClientAsync("run", Host, "printf '\\272\\303\\n'");
        Assert.Equal(("好\n", $"rsh-client: moved the settings of {old} to {file}\n"), (first.Text, first.Error));
        Output second = await _programs.ClientAsync("run", Host, "printf '\\272\\303\\n'");
        Assert.Equal(("好\n", ""), (second.Text, second.Error));
        Assert.Equal((false, true), (File.Exists(old), File.Exists($"{old}.moved")));

        await WriteAsync(old, """{ "hosts": { "127.0.0.1": { "encodin": "gbk" } } }""");
        Output wrong = await _programs.ClientAsync("run", Host, "true");
        string expected = $"rsh-client: {old} is not valid, at line 1: hosts.127.0.0.1.encodin\n"
            + "write it like this: { \"hosts\": { \"legacy\": { \"encoding\": \"gbk\" } } }\n";
        string error = wrong.Error.Replace("['127.0.0.1']", ".127.0.0.1", StringComparison.Ordinal);
        Assert.Equal((255, expected), (wrong.Status, error));
    }

    [Theory]
    [InlineData("nope", "true", "there is no encoding 'nope'")]
    [InlineData("gbk", "echo 😀", "the command has a character that gbk does not have: U+1F600")]
    [InlineData("utf-16", "echo 好", "a command line cannot be written in utf-16")]
    // A byte of these characters is a backslash, a pipe or a quote to a shell.
    [InlineData("shift_jis", "echo '予定表'", "has a byte that a shell reads as")]
    [InlineData("gbk", "echo 倈 倐 id", "has a byte that a shell reads as")]
    [InlineData("iso-2022-jp", "echo 'Щ祥猶薩'", "has a byte that a shell reads as")]
    public async Task Command_that_the_encoding_cannot_express_is_refused(string encoding, string command, string words)
    {
        Output output = await _programs.ClientAsync("run", "--encoding", encoding, Host, command);
        Assert.Equal(2, output.Status);
        Assert.Contains(words, output.Error);
    }

    private static async Task WriteAsync(string file, string text)
    {
        await File.WriteAllTextAsync(file, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static Encoding GetGbk()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding("gbk");
    }
}
