using System.Diagnostics;
using System.Text.Json;

namespace RemoteShell.EndToEnd.FileTests;

/// <summary>put and get, as programs, in one folder: what is remote is in it too.</summary>
public sealed class PutAndGetTests : IAsyncLifetime
{
    private Programs _programs = null!;

    private string Remote => $"{_programs.Host}:{_programs.Home}";

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: transfers of files");
        _programs = await Programs.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_programs is null)
            return;
        await OddTree.DeleteNamesAsync(_programs);
        await _programs.DisposeAsync();
    }

    [Fact]
    public async Task Odd_folder_arrives_and_returns_as_it_was()
    {
        await OddTree.MakeAsync(_programs);
        Output put = await _programs.ClientAsync("put", "-r", "tree", $"{Remote}/there");
        Assert.Equal((0, ""), (put.Status, put.Text));
        Assert.Matches("^rsh-client: [a-z]+/fifo: skipped: a FIFO, which is not transferred\n$", put.Error);
        await OddTree.IsInAsync(_programs, "there");
        Output got = await _programs.ClientAsync("get", "-r", "-q", $"{Remote}/there", "back");
        Assert.Equal((0, "", ""), (got.Status, got.Text, got.Error));
        await OddTree.IsInAsync(_programs, "back");
        Output again = await _programs.ClientAsync("get", "-r", "-q", "--json", $"{Remote}/there/.", "back");
        Assert.Equal(0, Totals(again).GetProperty("transferred").GetInt64());
    }

    [Fact]
    public async Task Source_goes_into_a_folder_and_onto_a_new_name()
    {
        await MakeAsync("mkdir -p site old && echo text > site/page && echo old > old/page");
        await SucceedsAsync("put", "-r", "site", $"{Remote}/old");
        await SucceedsAsync("put", "-r", "site", $"{Remote}/new");
        await SucceedsAsync("put", "site/page", $"{Remote}/name");
        Assert.Equal(("old\n", "text\n", "text\n", "text\n"), (Text("old/page"), Text("old/site/page"), Text("new/page"), Text("name")));
        await SucceedsAsync("put", "-r", "-T", "site", $"{Remote}/old");
        Assert.Equal("text\n", Text("old/page"));
        await SucceedsAsync("get", $"{Remote}/new/page", "got");
        await SucceedsAsync("get", $"{Remote}/{{new/p*,nam?}}", "new");
        Assert.Equal("text\n", Text("got"));
    }

    [Fact]
    public async Task Dry_run_lists_what_would_be_done_and_does_nothing()
    {
        await MakeAsync("mkdir -p a b && echo 1 > a/same && cp -p a/same b && echo 2 > a/more && echo 3 > b/extra");
        Output plan = await _programs.ClientAsync("put", "-rn", "--delete", "a/.", $"{Remote}/b");
        Assert.Equal((0, "would transfer b/more\nwould delete b/extra\n", ""), (plan.Status, plan.Text, plan.Error));
        Assert.Equal(["extra", "same"], Names("b"));
    }

    [Fact]
    public async Task Delete_makes_folders_equal_but_spares_what_is_excluded()
    {
        await MakeAsync("mkdir -p a b && echo 1 > a/x.c && echo 2 > a/x.o && echo 3 > a/keep.o && echo 4 > b/extra && echo 5 > b/y.o");
        await SucceedsAsync("put", "-r", "--delete", "--exclude", "*.o", "--include", "keep.o", "a/.", $"{Remote}/b");
        Assert.Equal(["keep.o", "x.c", "y.o"], Names("b"));
    }

    [Fact]
    public async Task Json_has_a_line_for_each_file_and_one_with_the_totals()
    {
        await MakeAsync("mkdir a && printf 12345 > a/x && mkfifo a/f");
        Output put = await _programs.ClientAsync("put", "-rq", "--json", "--digest", "sha256", "a", $"{Remote}/b");
        Assert.Equal((0, ""), (put.Status, put.Error));
        JsonElement[] lines = [.. Lines(put)];
        Assert.Equal(4, lines.Length);
        JsonElement file = lines.Single(line => line.TryGetProperty("path", out JsonElement path) && path.GetString() == "b/x");
        Assert.Equal(("transferred", 5), (file.GetProperty("outcome").GetString(), file.GetProperty("size").GetInt64()));
        Assert.Equal(
            "sha256:5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5", file.GetProperty("digest").GetString());
        Assert.Contains(lines, line => line.TryGetProperty("outcome", out JsonElement word) && word.GetString() == "skipped");
        JsonElement totals = Totals(put);
        Assert.Equal((2, 1, 0, 5), (
            totals.GetProperty("transferred").GetInt32(),
            totals.GetProperty("skipped").GetInt32(),
            totals.GetProperty("failed").GetInt32(),
            totals.GetProperty("bytes").GetInt32()));
    }

    [Fact]
    public async Task File_that_fails_does_not_stop_the_others()
    {
        await MakeAsync("mkdir -p folder target/taken && mkfifo target/pipe && for f in one two taken pipe; do echo $f > $f; done");
        Output put = await _programs.ClientAsync("put", "one", "folder", "taken", "pipe", "two", $"{Remote}/target");
        Assert.Equal((1, ""), (put.Status, put.Text));
        string[] lines = put.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Contains("rsh-client: folder: the source is a folder; -r transfers folders", lines);
        Assert.Contains("rsh-client: taken: a folder of this name is in the way", lines);
        Assert.Contains("rsh-client: pipe: something that is not a regular file has this name", lines);
        Assert.StartsWith("rsh-client: 3 of 5 failed: ", lines[^1]);
        Assert.Equal(["one", "pipe", "taken", "two"], Names("target"));
    }

    [Fact]
    public async Task Sha256sum_reads_the_lines_of_digests_at_both_ends()
    {
        await OddTree.MakeAsync(_programs);
        string check = $"cd {_programs.Home} && sha256sum --strict -c";
        foreach (string target in (string[])["new", "new", "into/"])
        {
            Directory.CreateDirectory(Path.Combine(_programs.Home, "into"));
            Output put = await _programs.ClientAsync("put", "-rq", "--digest", "sha256", "tree", $"{Remote}/{target}");
            Assert.Equal(0, put.Status);
            await File.WriteAllBytesAsync(Path.Combine(_programs.Home, "sums"), put.Bytes);
            Output read = await _programs.ShellAsync("sha256sum --strict -c < sums");
            Assert.True(read.Status == 0, $"{read.Text}{read.Error}");
            Assert.Equal(12, read.Text.Split("OK\n").Length - 1);
        }

        Output got = await _programs.ClientAsync("get", "-rq", "--digest", "sha256", $"{Remote}/new", "got");
        await File.WriteAllBytesAsync(Path.Combine(_programs.Home, "sums"), got.Bytes);
        Assert.Equal(0, (await _programs.ShellAsync($"{check} < sums")).Status);
    }

    [Fact]
    public async Task Standard_input_and_output_are_files_too()
    {
        Output put = await _programs.ClientWithInputAsync("some text\n", "put", "-", $"{Remote}/from-input");
        Assert.Equal((0, "", ""), (put.Status, put.Text, put.Error));
        Output got = await _programs.ClientAsync("get", $"{Remote}/from-input", "-");
        Assert.Equal((0, "some text\n", ""), (got.Status, got.Text, got.Error));
    }

    [Fact]
    public async Task Lines_about_a_printed_file_go_to_standard_error()
    {
        await MakeAsync("printf 12345 > x");
        const string sum = "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5";
        Output json = await _programs.ClientAsync("get", "--json", "--digest", "sha256", $"{Remote}/x", "-");
        Assert.Equal((0, "12345"), (json.Status, json.Text));
        string path = $"{_programs.Home}/x";
        string line = $"{{\"path\":\"{path}\",\"outcome\":\"transferred\",\"size\":5,\"digest\":\"sha256:{sum}\"}}\n";
        Assert.StartsWith($"{line}{{\"totals\":{{\"transferred\":1,", json.Error);
        Output lines = await _programs.ClientAsync("get", "-v", "--digest", "sha256", $"{Remote}/x", "-");
        Assert.Equal((0, "12345"), (lines.Status, lines.Text));
        Assert.StartsWith($"transferred {path}\n{sum}  {path}\nrsh-client: 1 transferred, 0 unchanged, 5 B in ", lines.Error);
    }

    [Theory]
    [InlineData("-", "")]
    [InlineData("y", "would transfer y\n")]
    public async Task Dry_run_of_a_download_prints_no_content_and_says_what_would_be_done(string target, string printed)
    {
        await MakeAsync("printf 12345 > x");
        Output plan = await _programs.ClientAsync("get", "-nv", $"{Remote}/x", target);
        Assert.Equal((0, printed), (plan.Status, plan.Text));
        string named = target == "-" ? $"would transfer {_programs.Home}/x\n" : "";
        Assert.StartsWith($"{named}rsh-client: 1 would be transferred, 0 unchanged, 5 B in ", plan.Error);
        Output missing = await _programs.ClientAsync("get", "-n", $"{Remote}/nothing", target);
        Assert.Equal((1, ""), (missing.Status, missing.Text));
        Output json = await _programs.ClientAsync("get", "-n", "--json", $"{Remote}/x", target);
        Assert.Contains("\"outcome\":\"would-transfer\"", target == "-" ? json.Error : json.Text);
        Assert.False(File.Exists(Path.Combine(_programs.Home, "y")));
    }

    [Fact]
    public async Task Printed_file_keeps_to_the_rate()
    {
        await MakeAsync("head -c 300000 /dev/urandom > x");
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(0, (await _programs.ClientAsync("get", "--bwlimit", "100k", $"{Remote}/x", "-")).Status);
        Assert.True(Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Standard_input_is_sent_without_a_temporary_file()
    {
        // A folder for temporary files that does not exist: nothing can be made in it.
        Output put = await _programs.ShellAsync(
            $"head -c 64M /dev/urandom > big; cat big | TMPDIR=/nonexistent $C put -q --digest sha256 - {Remote}/there");
        Assert.Equal((0, ""), (put.Status, put.Error));
        await _programs.RunToolAsync("cmp", "big", "there");
        Assert.Matches("^[0-9a-f]{64}  \\S*there\n$", put.Text);
    }

    [Fact]
    public async Task Standard_input_that_trickles_arrives_whole_at_its_end()
    {
        await MakeAsync("echo old > there");
        using Process put = _programs.Start("rsh-client", "put", "--json", "-", $"{Remote}/there");
        for (int i = 1; i <= 3; i++)
        {
            await put.StandardInput.WriteAsync($"line {i}\n");
            await put.StandardInput.FlushAsync();
            int length = i * "line 1\n".Length;
            await Waiting.Until(() => PartialLength() == length, $"the server has {length} bytes");
        }

        Assert.Equal("old\n", Text("there"));
        put.StandardInput.Close();
        Assert.Contains("\"size\":21,", await put.StandardOutput.ReadToEndAsync().Within());
        await put.WaitForExitAsync().Within();
        Assert.Equal((0, "line 1\nline 2\nline 3\n"), (put.ExitCode, Text("there")));
    }

    [Fact]
    public async Task Interrupt_while_standard_input_is_sent_keeps_the_old_file()
    {
        await MakeAsync("echo old > there");
        using Process put = _programs.Start("rsh-client", "put", "-", $"{Remote}/there");
        await put.StandardInput.BaseStream.WriteAsync(new byte[3 << 20]);
        await put.StandardInput.BaseStream.FlushAsync();
        await Waiting.Until(() => PartialLength() == 3 << 20, "all bytes have arrived");
        Programs.Signal(put, "INT");
        string said = await put.StandardError.ReadToEndAsync().Within();
        await put.WaitForExitAsync().Within();
        Assert.Equal(
            (130, "rsh-client: interrupted; the remote file stays as it was, and nothing of standard input is kept\n"),
            (put.ExitCode, said));
        await Waiting.Until(() => PartialLength() == 0, "the part is removed");
        Assert.Equal("old\n", Text("there"));
    }

    [Fact]
    public async Task Verbose_names_each_file_and_the_totals()
    {
        await MakeAsync("mkdir a && printf 12345 > a/x");
        Output put = await _programs.ClientAsync("put", "-rv", "a", $"{Remote}/b");
        Assert.StartsWith("transferred b/x\ntransferred b\nrsh-client: 2 transferred, 0 unchanged, 5 B in ", put.Error);
    }

    [Fact]
    public async Task Verbose_dry_run_names_each_file_once()
    {
        await MakeAsync("mkdir a && printf 12345 > a/x");
        Output put = await _programs.ClientAsync("put", "-rnv", "a", $"{Remote}/b");
        Assert.Equal("would transfer b\nwould transfer b/x\n", put.Text);
        Assert.StartsWith("rsh-client: 2 would be transferred, 0 unchanged, 5 B in ", put.Error);
    }

    [Fact]
    public async Task Link_to_a_folder_with_a_slash_is_that_folder()
    {
        await MakeAsync("mkdir -p a into && echo 1 > a/x && ln -s a link");
        await SucceedsAsync("put", "-r", "link/", $"{Remote}/onto");
        await SucceedsAsync("put", "-r", "link/", $"{Remote}/into");
        await SucceedsAsync("get", "-r", $"{Remote}/link/", "got");
        await SucceedsAsync("put", "-r", "link", $"{Remote}/copy");
        await MakeAsync("for f in onto into/link got; do test -d $f -a ! -L $f && cmp a/x $f/x || exit 1; done; test -L copy");
    }

    [Fact]
    public async Task New_target_with_a_slash_is_made_for_a_folder_and_not_for_a_file()
    {
        await MakeAsync("mkdir a && echo 1 > a/x && echo 2 > file");
        await SucceedsAsync("put", "-r", "a", $"{Remote}/put/");
        await SucceedsAsync("put", "-r", "a/.", $"{Remote}/content/");
        await SucceedsAsync("put", "-r", "-T", "a", $"{Remote}/onto/");
        await SucceedsAsync("get", "-r", $"{Remote}/a", "got/");
        await SucceedsAsync("cp", "-r", $"{Remote}/a", $"{Remote}/cp/");
        await MakeAsync("for f in put content onto got cp; do diff -r a $f || exit 1; done");
        foreach (string[] wrong in (string[][])
            [
                ["put", "file", $"{Remote}/no/"],
                ["put", "-r", "file", $"{Remote}/no/"],
                ["get", "-r", $"{Remote}/file", "no/"],
                ["put", "-r", "a", "file", $"{Remote}/no/"],
                ["put", "-r", "a", $"{Remote}/no/no/"],
                ["put", "-r", "a", $"{Remote}/file/"],
            ])
        {
            Assert.Equal(1, (await _programs.ClientAsync(wrong)).Status);
        }

        Assert.False(Path.Exists(Path.Combine(_programs.Home, "no")));
        Assert.Equal("2\n", Text("file"));
        Output sums = await _programs.ClientAsync("put", "-rq", "--digest", "sha256", "a", $"{Remote}/summed/");
        Assert.EndsWith($"  {_programs.Home}/summed/x\n", sums.Text);
    }

    [Theory]
    [InlineData("put --exclude-from a file $T/x", 2, "--exclude-from reads a file of patterns, and 'a' is a folder\n")]
    [InlineData("put --exclude-from nofile file $T/x", 2, "--exclude-from cannot read 'nofile': no such file or folder\n")]
    [InlineData("put file file2 $T/no", 1, "$P/no: does not exist; several sources need a folder that exists\n")]
    [InlineData("put file file2 $T/file", 1, "$P/file: is not a folder; several sources need a folder that exists\n")]
    [InlineData("get $T/file $T/file2 no", 1, "no: does not exist; several sources need a folder that exists\n")]
    [InlineData("put nope nope2 $T/a", 1, "nope: no such file or directory\nrsh-client: nope2: no such file or directory\n")]
    [InlineData("get $T/nope $T/nope2 a", 1, "nope: no such file or directory\nrsh-client: nope2: no such file or directory\n")]
    [InlineData("put -T file $T/a/", 1, "the target is a folder, and the source is not\n")]
    [InlineData("put -T file file2 $T/a", 1, "$P/a: only one source can take the place of a folder\n")]
    [InlineData("get $H: a/", 1, "the source is a folder; -r transfers folders\n")]
    [InlineData("get $T/. x", 1, "x: the source is a folder; -r transfers folders\n")]
    [InlineData("put nope file $T/a", 1, "nope: no such file or directory\n")]
    [InlineData("get $T/nope $T/file a", 1, "nope: no such file or directory\n")]
    [InlineData("get $T/no*pe $T/file a", 1, "no*pe: nothing matches this pattern\n")]
    public async Task Refusal_says_what_is_wrong_with_which_path(string command, int status, string said)
    {
        await MakeAsync("mkdir a && echo 1 > file && echo 2 > file2");
        string line = command.Replace("$T", Remote, StringComparison.Ordinal).Replace("$H", _programs.Host, StringComparison.Ordinal);
        Output output = await _programs.ClientAsync(line.Split(' '));
        Assert.Equal((status, ""), (output.Status, output.Text));
        Assert.StartsWith($"rsh-client: {said.Replace("$P", _programs.Home, StringComparison.Ordinal)}", output.Error);
    }

    [Theory]
    [InlineData("put nope $T/a", "nope: no such file or directory", "nope")]
    [InlineData("get $T/nope a", "$P/nope: no such file or directory", "$P/nope")]
    [InlineData("cp $T/nope $T/a", "$P/nope: no such file or directory", "$P/nope")]
    [InlineData("put file file2 $T/no", "$P/no: does not exist; several sources need a folder that exists", "file", "file2")]
    [InlineData("get $T/file $T/file2 no", "no: does not exist; several sources need a folder that exists", "$P/file", "$P/file2")]
    [InlineData("put file $T/no/no", "$P/no/no: no such file or directory", "file")]
    [InlineData("get $T/nope -", "$P/nope: no such file", "$P/nope")]
    public async Task Transfer_that_cannot_begin_tells_how_many_failed(string command, string reason, params string[] sources)
    {
        await MakeAsync("mkdir a && echo 1 > file && echo 2 > file2");
        string[] words = [.. Filled(command).Split(' ')];
        const string usual = "no such file or directory";
        string because = Filled(reason), shortReason = because.EndsWith(usual, StringComparison.Ordinal) ? usual : because;
        bool isPrinted = command.EndsWith(" -", StringComparison.Ordinal);
        string last = $"rsh-client: {(isPrinted ? because : $"{sources.Length} of {sources.Length} failed: {shortReason}")}";
        Output told = await _programs.ClientAsync(words);
        string[] said = told.Error.TrimEnd('\n').Split('\n');
        Assert.Equal((1, "", $"rsh-client: {because}", last), (told.Status, told.Text, said[0], said[^1]));

        Output json = await _programs.ClientAsync([words[0], "--json", .. words[1..]]);
        Assert.Equal(1, json.Status);
        // With the content on standard output, the lines are among the messages.
        JsonElement[] lines = [.. (json.Text + json.Error).Split('\n').Where(line => line.StartsWith('{')).Select(Parse)];
        Assert.Equal(
            sources.Select(source => (Filled(source), "failed", because)),
            lines[..^1].Select(line => (Word(line, "path"), Word(line, "outcome"), Word(line, "reason"))));
        Assert.Equal(sources.Length, lines[^1].GetProperty("totals").GetProperty("failed").GetInt32());

        string Filled(string text)
            => text.Replace("$T", Remote, StringComparison.Ordinal).Replace("$P", _programs.Home, StringComparison.Ordinal);

        static JsonElement Parse(string line) => JsonDocument.Parse(line).RootElement;

        static string Word(JsonElement line, string name) => line.GetProperty(name).GetString()!;
    }

    [Fact]
    public async Task Transfer_of_nothing_but_a_fifo_fails()
    {
        await MakeAsync("mkfifo fifo && echo 1 > file && mkdir a");
        string skipped = "rsh-client: x: skipped: a FIFO, which is not transferred\nrsh-client: nothing was transferred\n";
        Output put = await _programs.ClientAsync("put", "fifo", $"{Remote}/x");
        Assert.Equal((1, skipped), (put.Status, put.Error));
        Output got = await _programs.ClientAsync("get", $"{Remote}/fifo", "x");
        Assert.Equal((1, skipped), (got.Status, got.Error));
        Output quiet = await _programs.ClientAsync("put", "-q", "fifo", $"{Remote}/x");
        Assert.Equal((1, "rsh-client: nothing was transferred\n"), (quiet.Status, quiet.Error));
        Assert.Equal(0, (await _programs.ClientAsync("put", "fifo", "file", $"{Remote}/a")).Status);
    }

    [Fact]
    public async Task Path_with_bytes_that_are_not_utf8_is_put_and_got()
    {
        // \357\277\275 is U+FFFD itself, which is valid.
        Output output = await _programs.ShellAsync(
            $"""
            raw=$(printf 'a\377b'); valid=$(printf 'v\357\277\275'); mkdir into; printf 12345 > "$raw"; printf 678 > "$valid"
            $C put "$raw" {Remote}/one && $C put -q -- "$raw" "$valid" {Remote}/into && $C put one "{Remote}/new$raw" || exit 1
            $C get {Remote}/one "got$raw" && $C get '{Remote}/new?*' pattern || exit 1
            cat one "into/$raw" "into/$valid" "new$raw" "got$raw" pattern
            $C put "$raw" {Remote}/two <&- && cat two
            $C put "no$raw" {Remote}/three; $C get "{Remote}/$raw" -; $C put --exclude "$raw" one {Remote}/x; $C run "$H" "echo $raw"
            rm "$raw" "into/$raw" "new$raw" "got$raw"
            """);
        Assert.Equal("12345" + "12345" + "678" + "12345" + "12345" + "12345" + "12345", output.Text);
        string[] said = output.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(8, said.Length);
        Assert.Equal("rsh-client: noa\\xffb: no such file or directory", said[0]);
        Assert.Equal("rsh-client: 1 of 1 failed: no such file or directory", said[1]);
        Assert.Equal("give the name of a local file instead of -", said[3]);
        Assert.StartsWith("in a pattern, let ? stand for such a byte; ", said[5]);
        Assert.StartsWith("let the remote shell create them: ", said[7]);
    }

    [Fact]
    public async Task Remote_path_with_bytes_that_are_not_utf8_is_got_copied_and_renamed()
    {
        Output output = await _programs.ShellAsync(
            $"""
            raw=$(printf 'a\377b'); printf 12345 > "$raw"
            $C get "{Remote}/$raw" got && $C get "{Remote}/a$(printf '\377')*" pattern && $C cp "{Remote}/$raw" "{Remote}/cp$raw" || exit 1
            cat got pattern "cp$raw"
            $C file stat "{Remote}/$raw" | tail -c 7 && $C file mv --json "{Remote}/$raw" "{Remote}/2$raw"
            rm "2$raw" "cp$raw"
            """);
        const string moved = "a\\xffb\n{\"path\":\"HOME/a\\\\xffb\",\"renamed\":true}\n";
        Assert.Equal("12345" + "12345" + "12345" + moved.Replace("HOME", _programs.Home, StringComparison.Ordinal), output.Text);
        Assert.Equal("", output.Error);
    }

    private async Task MakeAsync(string script) => Assert.Equal(0, (await _programs.ShellAsync(script)).Status);

    private long PartialLength()
        => new DirectoryInfo(_programs.Home).GetFiles(".rsh-partial-*").Where(file => file.Extension != ".record").Sum(file => file.Length);

    private string Text(string name) => File.ReadAllText(Path.Combine(_programs.Home, name));

    private string[] Names(string folder)
        => [.. Directory.EnumerateFileSystemEntries(Path.Combine(_programs.Home, folder)).Select(path => Path.GetFileName(path)).Order()];

    private async Task SucceedsAsync(params string[] arguments)
    {
        Output output = await _programs.ClientAsync(arguments);
        Assert.Equal((0, "", ""), (output.Status, output.Text, output.Error));
    }

    private static IEnumerable<JsonElement> Lines(Output output)
        => output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement);

    private static JsonElement Totals(Output output) => Lines(output).Last().GetProperty("totals");
}
