using System.Text;

namespace RemoteShell.EndToEnd;

/// <summary>The prompt's line editor, with keys in a real terminal.</summary>
public sealed class EditingTests : IAsyncLifetime
{
    private const string Up = "\u001bOA", Left = "\u001b[D", Home = "\u001b[H", End = "\u001b[F", Delete = "\u001b[3~";
    private const string CtrlR = "\u0012", CtrlU = "\u0015", CtrlW = "\u0017", CtrlD = "\u0004", CtrlL = "\u000c", Right = "\u001b[C";
    private const string PasteStart = "\u001b[200~", PasteEnd = "\u001b[201~", NoLineFeed = "\u001b[7m⏎\u001b[0m";

    private Programs _programs = null!;

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync("--stop-grace=100ms");

    public ValueTask DisposeAsync() => _programs.DisposeAsync();

    private async Task<TestTerminal> PromptAsync(string noColour = "1")
    {
        TestTerminal terminal = _programs.OnTerminal(
            new Dictionary<string, string> { ["NO_COLOR"] = noColour }, 80, 24, "connect", _programs.Host);
        await terminal.SeesAsync("$ ");
        return terminal;
    }

    // The editor gives a completion up after 200 ms. On a busy machine the user presses Tab again.
    private static async Task TabAsync(TestTerminal terminal, string completed)
    {
        for (int tries = 0; tries < 30; tries++)
        {
            int before = terminal.Shown.Length;
            await terminal.TypeAsync("\t");
            for (int waits = 0; waits < 60; waits++)
            {
                if (Encoding.UTF8.GetString(terminal.Shown.AsSpan(before)).Contains(completed, StringComparison.Ordinal))
                {
                    await terminal.SeesAsync(completed);
                    return;
                }

                await Task.Delay(25);
            }
        }

        Assert.Fail($"'{completed}' was never completed");
    }

    private static async Task LeaveAsync(TestTerminal terminal)
    {
        await terminal.TypeAsync(CtrlD);
        await terminal.EndAsync();
        Assert.True(terminal.IsCooked);
    }

    [Fact]
    public async Task Editor_changes_a_line_in_the_middle_and_at_both_ends()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync($"eXho one tree{Left}{Left}{Left}h{Home}\u001b[C{Delete}c{End}e\u007f four{CtrlW}f''our\r");
        await terminal.SeesAsync("one three four");
        await terminal.TypeAsync($"Xecho de''leted{Home}{CtrlD}\r");
        await terminal.SeesAsync("\ndeleted");
        await terminal.TypeAsync($"rm -rf nothing{CtrlU}echo sa''fe\r");
        await terminal.SeesAsync("safe");
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Editor_places_the_cursor_right_in_wide_characters()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync($"echo '<中文字>'{Left}{Left}{Left}");
        // After the prompt, "echo '<" takes 7 cells and 中文 4; columns count from 1.
        int prompt = $"{Environment.UserName}@{_programs.Host}:~$ ".Length;
        await terminal.SeesAsync($"\u001b[{prompt + 12}G");
        await terminal.TypeAsync("好\r");
        await terminal.SeesAsync("\n<中文好字>");
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Editor_wraps_a_long_line_and_edits_it_in_the_middle()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync(
            $"echo {string.Concat(Enumerable.Repeat("中文", 100))}{Home}{string.Concat(Enumerable.Repeat("\u001b[C", 60))}好");
        await terminal.SeesAsync("好");
        await terminal.TypeAsync("\r");
        await terminal.SeesAsync($"\n{string.Concat(Enumerable.Repeat("中文", 27))}中好文");
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Stopped_client_leaves_the_terminal_to_the_shell_and_resumes()
    {
        await using TestTerminal terminal = _programs.ShellOnTerminal();
        await terminal.TypeAsync($"PS1='local> '; '{Programs.ClientPath}' connect {_programs.Host}\r");
        await terminal.SeesAsync("~$ ");
        await terminal.TypeAsync($"while ! [ -e {_programs.Home}/go ]; do sleep 0.05; done; echo wo''ke\r");
        await Waiting.Until(() => terminal.IsWaiting, "the line runs");
        await terminal.TypeAsync("\u001a");
        await terminal.SeesAsync("Stopped");
        await terminal.SeesAsync("local> ");
        await terminal.TypeAsync("bg; jobs\r");
        await terminal.SeesAsync("Running");
        await File.WriteAllTextAsync(Path.Combine(_programs.Home, "go"), "");
        await terminal.TypeAsync("fg\r");
        await terminal.SeesAsync("woke");
        await terminal.SeesAsync("~$ ");
        await terminal.TypeAsync(CtrlD);
        await terminal.SeesAsync("local> ");
        await terminal.TypeAsync("stty -a | grep -o ' icanon'\r");
        await terminal.SeesAsync(" icanon\r\n");
    }

    [Fact]
    public async Task Terminal_modes_are_right_after_stop_and_continue_from_outside()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: /proc/PID/status");
        const int stop = 19, proceed = 18;
        await using TestTerminal terminal = _programs.ClientOnTerminal("connect", _programs.Host);
        await terminal.SeesAsync("$");
        await terminal.TypeAsync($"while ! [ -e {_programs.Home}/go ]; do sleep 0.05; done; echo wo''ke\r");
        await Waiting.Until(() => terminal.IsWaiting, "the line runs");
        for (int i = 0; i < 5; i++)
        {
            terminal.Kill(stop);
            await Waiting.Until(
                () => File.ReadAllText($"/proc/{terminal.Pid}/status").Contains("State:\tT", StringComparison.Ordinal), "it has stopped");
            terminal.Kill(proceed);
            await Waiting.Until(
                () => !File.ReadAllText($"/proc/{terminal.Pid}/status").Contains("State:\tT", StringComparison.Ordinal), "it goes on");
            // Time for a wrong handler to change the modes.
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
            Assert.True(terminal.IsWaiting);
        }

        await File.WriteAllTextAsync(Path.Combine(_programs.Home, "go"), "", TestContext.Current.CancellationToken);
        await terminal.SeesAsync("woke");
        await terminal.SeesAsync("$");
        await terminal.TypeAsync(CtrlD);
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task History_persists_without_repeated_lines_and_lines_after_a_space()
    {
        await using (TestTerminal first = await PromptAsync())
        {
            await first.TypeAsync($"{Typed.Echo("oldest")}\r");
            await first.SeesAsync("oldest");
            await first.TypeAsync($"{Typed.Echo("newer")}\r");
            await first.SeesAsync("newer");
            await first.TypeAsync($"{Typed.Echo("newer")}\r");
            await first.SeesAsync("newer");
            await first.TypeAsync(" echo se''cret\r");
            await first.SeesAsync("secret");
            await LeaveAsync(first);
        }

        string file = Path.Combine(_programs.Home, "client", "history");
        string kept = await File.ReadAllTextAsync(file);
        Assert.Equal(1, kept.Split(Typed.Echo("oldest")).Length - 1);
        Assert.Equal(1, kept.Split(Typed.Echo("newer")).Length - 1);
        Assert.DoesNotContain("se''cret", kept);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        await using TestTerminal second = await PromptAsync();
        await second.TypeAsync($"{Up}{Up}\r");
        await second.SeesAsync("\noldest");
        await second.TypeAsync($"WER{CtrlR}\r");
        await second.SeesAsync("\nnewer");
        await LeaveAsync(second);
    }

    [Fact]
    public async Task Tab_completes_remote_paths_programs_and_builtins()
    {
        string folder = Path.Combine(_programs.Home, "work");
        Directory.CreateDirectory(Path.Combine(folder, "inner"));
        await File.WriteAllTextAsync(Path.Combine(folder, "inner", "a file.txt"), "found it\n");
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync($"cd {folder}\r");
        await terminal.SeesAsync("work$");
        await terminal.TypeAsync("cat in");
        await TabAsync(terminal, "ner/");
        await terminal.TypeAsync("a");
        await TabAsync(terminal, "\\ file.txt");
        await terminal.TypeAsync("\r");
        await terminal.SeesAsync("found it");
        await terminal.TypeAsync("uppe");
        await TabAsync(terminal, "r ");
        await terminal.TypeAsync("a word\r");
        await terminal.SeesAsync("\nA WORD");
        await terminal.TypeAsync("sha256su");
        await TabAsync(terminal, "m");
        await terminal.TypeAsync($"{CtrlU}");
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Tab_completes_users_and_variables_in_braces()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync("cd /; for_braces=''fou''nd\r");
        await terminal.SeesAsync("/$");
        await terminal.TypeAsync("echo ~roo");
        await TabAsync(terminal, "t/");
        await terminal.TypeAsync($"x{CtrlU}echo ${{for_b");
        await TabAsync(terminal, "races} ");
        await terminal.TypeAsync("\r");
        await terminal.SeesAsync("\nfound");
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Tab_lists_commands_with_what_they_are()
    {
        await using TestTerminal terminal = await PromptAsync(noColour: "");
        await terminal.TypeAsync("alias zqkk-one='echo a'; zqkk-two() { :; }; echo def''ined\r");
        await terminal.SeesAsync("\ndefined");
        await terminal.SeesAsync("$ ");
        await terminal.TypeAsync("zq");
        await TabAsync(terminal, "kk-");
        await terminal.TypeAsync("\t");
        await terminal.SeesAsync("\u001b[90malias for echo");
        await terminal.SeesAsync("\u001b[90mfunction");
        await terminal.TypeAsync($"\u0007{CtrlU}:");
        await TabAsync(terminal, "leave the prompt");
        await terminal.TypeAsync($"\u0007{CtrlU}");
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Pasted_lines_run_one_after_the_other()
    {
        await using TestTerminal terminal = await PromptAsync();
        Task typed = terminal.TypeAsync(string.Concat(Enumerable.Range(1, 200).Select(i => $"echo \"<{i}\"\">\"\n")));
        for (int i = 1; i <= 200; i++)
            await terminal.SeesAsync($"<{i}>");
        await typed;
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Program_gets_the_terminal_and_the_prompt_gets_it_back()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync("cd /tmp; export MARK=kept\r");
        await terminal.SeesAsync("/tmp$");
        await terminal.TypeAsync("!read -r a; echo \"<$a $MARK $(pwd) $(tty)>\"\r");
        await terminal.TypeAsync("typed\r");
        await terminal.SeesAsync("<typed kept /tmp /dev/pts/");
        await terminal.SeesAsync("/tmp$");
        await terminal.TypeAsync($"{Typed.Echo("again")}\r");
        await terminal.SeesAsync("again");
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Local_commands_work_at_the_prompt()
    {
        string folder = Path.Combine(_programs.Home, "work"), local = Path.Combine(_programs.Home, "local.txt");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "remote.txt"), "the file\n");
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync($"cd {folder}\r");
        await terminal.SeesAsync("work$");
        await terminal.TypeAsync($":get remote.txt {local}\r");
        await Waiting.Until(() => File.Exists(local), "the file is there");
        Assert.Equal("the file\n", await File.ReadAllTextAsync(local));
        await terminal.TypeAsync("sleep 300 >/dev/null 2>&1 & jobs | wc -l\r");
        await terminal.SeesAsync("\n1");
        await terminal.TypeAsync(":jobs --running\r");
        await terminal.SeesAsync("conversation (interactive)");
        await terminal.TypeAsync(":jobs --nonsense\r");
        await terminal.SeesAsync("rsh-client: ");
        await terminal.TypeAsync(":help\r");
        await terminal.SeesAsync("!COMMAND");
        await terminal.TypeAsync("help\r");
        await terminal.SeesAsync("calc");
        await terminal.TypeAsync("kill -9 $!; kill -l | head -1\r");
        await terminal.SeesAsync("SIGHUP");
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Failure_is_shown_in_a_dim_line_unless_NO_COLOR_is_set()
    {
        await using (TestTerminal colours = await PromptAsync(noColour: ""))
        {
            await colours.TypeAsync("sh -c 'exit 3'\r");
            await colours.SeesAsync("\u001b[2mstatus 3 · ");
            await colours.SeesAsync("verified");
            await LeaveAsync(colours);
        }

        await using TestTerminal plain = await PromptAsync();
        await plain.TypeAsync("sh -c 'exit 3'\r");
        await plain.SeesAsync("\nstatus 3 · ");
        await LeaveAsync(plain);
        Assert.DoesNotContain("\u001b[2m", Encoding.UTF8.GetString(plain.Shown), StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[32m", Encoding.UTF8.GetString(plain.Shown), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_messages_keep_the_typed_line()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync("half a line");
        await terminal.SeesAsync("half a line");
        await _programs.RunToolAsync("kill", "-TERM", _programs.Server.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await terminal.SeesAsync("the server is stopping");
        await terminal.SeesAsync("half a line");
    }

    [Fact]
    public async Task Backspace_deletes_a_whole_emoji()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync("echo '<a😀\u007f👨‍👩‍👧\u007fe\u0301\u007f🇩🇪\u007f>'\r");
        await terminal.SeesAsync("\n<a>");
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Search_shows_its_text_and_runs_the_line_that_it_shows()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync("echo make-''target\r");
        await terminal.SeesAsync("\nmake-target");
        await terminal.TypeAsync("echo rm-''last\r");
        await terminal.SeesAsync("\nrm-last");
        await terminal.SeesAsync("$ ");
        await terminal.TypeAsync(CtrlR);
        await terminal.SeesAsync("search ''");
        await terminal.TypeAsync("make");
        await terminal.SeesAsync("\u001b[7mmake\u001b[0m");
        await terminal.TypeAsync("\r");
        await terminal.SeesAsync("\nmake-target");
        await terminal.TypeAsync($"{CtrlR}nothing-like-it\r");
        await terminal.SeesAsync("no match for 'nothing-like-it'");
        await terminal.TypeAsync("\u0003");
        await LeaveAsync(terminal);
        Assert.DoesNotContain("not found", Encoding.UTF8.GetString(terminal.Shown), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pasted_rows_run_together_when_Enter_is_pressed()
    {
        string touched = Path.Combine(_programs.Home, "touched");
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync($"{PasteStart}if false; then\r\ttouch {touched}\rfi; echo do''ne{PasteEnd}");
        await terminal.SeesAsync("> fi; echo do''ne");
        Assert.DoesNotContain("\ndone", Encoding.UTF8.GetString(terminal.Shown), StringComparison.Ordinal);
        await terminal.TypeAsync("\r");
        await terminal.SeesAsync("\ndone");
        await LeaveAsync(terminal);
        Assert.False(File.Exists(touched));
    }

    [Fact]
    public async Task Pasted_line_of_20_KB_runs_unchanged()
    {
        await using TestTerminal terminal = await PromptAsync();
        Task typed = terminal.TypeAsync($"{PasteStart}printf %s '{new string('x', 20_000)}' | wc -c{PasteEnd}\r");
        await terminal.SeesAsync("\n20000");
        await typed;
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Alt_keys_edit_words()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync("echo one two\u001bb\u001bu\r");
        await terminal.SeesAsync("\none TWO");
        await terminal.TypeAsync("echo x wrong\u001b\u007f[\u001b.]\r");
        await terminal.SeesAsync("\nx [TWO]");
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Ctrl_L_clears_the_screen_and_keeps_the_line()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync($"echo ha''lf{CtrlL}");
        await terminal.SeesAsync("\u001b[2J");
        await terminal.SeesAsync("echo ha''lf");
        Assert.StartsWith($"{Environment.UserName}@", TerminalModel.Of(terminal.Shown).Lines[0]);
        await terminal.TypeAsync("\r");
        await terminal.SeesAsync("\nhalf");
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Line_is_drawn_again_when_the_size_changes()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync("echo not yet");
        await terminal.SeesAsync("echo not yet");
        terminal.Resize(40, 24);
        await terminal.SeesAsync("echo not yet");
        await terminal.TypeAsync(CtrlU);
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Editor_works_in_20_columns()
    {
        await using TestTerminal terminal = _programs.OnTerminal(
            new Dictionary<string, string> { ["NO_COLOR"] = "1" }, 20, 10, "connect", _programs.Host);
        await terminal.SeesAsync("$ ");
        await terminal.TypeAsync($"echo sma''ll wind{Home}");
        await terminal.TypeAsync($"{End}ow and more");
        await terminal.SeesAsync("more");
        string shown = string.Concat(TerminalModel.Of(terminal.Shown, 20, 10).Lines.Select(line => line.PadRight(20)));
        Assert.Contains($"{_programs.Host}:~$ echo sma''ll window and more ", shown, StringComparison.Ordinal);
        await terminal.TypeAsync("\r");
        await terminal.SeesAsync("\nsmall window and more");
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Suggestion_is_grey_and_Right_takes_it()
    {
        await using TestTerminal terminal = await PromptAsync(noColour: "");
        await terminal.TypeAsync("echo sugg''ested\r");
        await terminal.SeesAsync("\nsuggested");
        await terminal.SeesAsync("$ ");
        await terminal.TypeAsync("ec");
        await terminal.SeesAsync("\u001b[90mho sugg''ested\u001b[0m");
        await terminal.TypeAsync($"{Right}\r");
        await terminal.SeesAsync("\nsuggested");
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Output_without_a_final_line_feed_stays_visible()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync("printf 'a\\nhel''lo'\r");
        await terminal.SeesAsync($"\nhello{NoLineFeed}");
        await terminal.SeesAsync("$ ");
        await terminal.TypeAsync("echo wh''ole\r");
        await terminal.SeesAsync("\nwhole");
        await terminal.SeesAsync("$ ");
        IReadOnlyList<string> lines = TerminalModel.Of(terminal.Shown).Lines;
        Assert.Contains("hello⏎", lines);
        Assert.Contains("whole", lines);
        Assert.Single(lines, line => line.Contains('⏎', StringComparison.Ordinal));
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Modes_that_a_line_leaves_on_are_off_at_the_next_prompt()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync("printf '\\033[?25l\\033[31m\\033[?7l\\033[4h\\033[?1049h\\033[>1ule''ft\\n'\r");
        await terminal.SeesAsync("left");
        await terminal.SeesAsync("$ ");
        Assert.Equal("+?2004", TerminalModel.Of(terminal.Shown).Changes);
        await terminal.TypeAsync("echo no''thing\r");
        await terminal.SeesAsync("\nnothing");
        await LeaveAsync(terminal);
        Assert.Equal("", TerminalModel.Of(terminal.Shown).Changes);
    }

    [Fact]
    public async Task Tab_lists_completions_and_selects_one()
    {
        string folder = Path.Combine(_programs.Home, "work");
        Directory.CreateDirectory(folder);
        foreach (string name in (string[])["item-one", "item-two", "item-six"])
            await File.WriteAllTextAsync(Path.Combine(folder, name), $"this is {name}\n");
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync($"cd {folder}\r");
        await terminal.SeesAsync("work$");
        await terminal.TypeAsync("cat it");
        await TabAsync(terminal, "em-");
        await terminal.TypeAsync("\t");
        await terminal.SeesAsync("item-two");
        await terminal.TypeAsync("\t\t");
        await terminal.TypeAsync("\r");
        await terminal.TypeAsync("\r");
        await terminal.SeesAsync("\nthis is item-");
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Alt_Enter_starts_another_row_and_history_keeps_the_rows()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync("echo fi''rst\u001b\recho sec''ond\r");
        await terminal.SeesAsync("\nfirst");
        await terminal.SeesAsync("second");
        await terminal.SeesAsync("$ ");
        await terminal.TypeAsync($"{Up}\r");
        await terminal.SeesAsync("\nfirst");
        await terminal.SeesAsync("second");
        await LeaveAsync(terminal);
    }

    [Fact]
    public async Task Ctrl_C_drops_the_text_and_shows_a_new_prompt()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync("echo one\u001b\recho two\u0003");
        await terminal.SeesAsync("echo two^C");
        await terminal.SeesAsync("$ ");
        await LeaveAsync(terminal);
        Assert.DoesNotContain("\none", Encoding.UTF8.GetString(terminal.Shown), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 129)]
    [InlineData(15, 143)]
    public async Task Signal_that_ends_the_prompt_leaves_the_terminal_unchanged(int signal, int status)
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync("half a line");
        await terminal.SeesAsync("half a line");
        terminal.Kill(signal);
        Assert.Equal(status, await terminal.EndAsync());
        Assert.True(terminal.IsCooked);
        Assert.Equal("", TerminalModel.Of(terminal.Shown).Changes);
    }

    [Fact]
    public async Task Ctrl_X_Ctrl_E_edits_the_line_in_the_users_editor()
    {
        string editor = Path.Combine(_programs.Home, "editor.sh"), pid = Path.Combine(_programs.Home, "pid");
        // Ctrl+C is the editor's: two of them do not end the client.
        string interrupt = $"kill -INT $(cat '{pid}')";
        await File.WriteAllTextAsync(
            editor, $"{interrupt}; sleep 0.1; {interrupt}\nstty -a | grep -q ' icanon' && sed -i 's/wrong/right/' \"$1\"\n");
        await using TestTerminal terminal = _programs.OnTerminal(
            new Dictionary<string, string> { ["NO_COLOR"] = "1", ["EDITOR"] = $"sh {editor}" }, 80, 24, "connect", _programs.Host);
        await terminal.SeesAsync("$ ");
        await File.WriteAllTextAsync(pid, $"{terminal.Pid}");
        await terminal.TypeAsync("echo wrong\u0018\u0005");
        await terminal.SeesAsync("$ echo right");
        await terminal.TypeAsync("\r");
        await terminal.SeesAsync("\nright");
        await LeaveAsync(terminal);
    }
}
