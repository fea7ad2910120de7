using RemoteShell.Protocol;

namespace RemoteShell.Client.Tests;

/// <summary>Conversations: one shell, many lines, each with its own verified output.</summary>
public sealed class ConversationTests
{
    // 128 and the number of INT.
    private const int Interrupted = 130;

    // A process in a group of its own, as `timeout` has. That one may exit by itself if it is interrupted while it starts its command.
    private const string OwnGroup = "perl -e 'setpgrp(0, 0); $| = 1; print \"begun\\n\"; sleep 300'";

    private static readonly string[] AllShells =
        ["/bin/bash", "/bin/dash", "/bin/sh", "/usr/bin/zsh", "/bin/ksh93", "/bin/mksh", "/bin/busybox"];

    public static TheoryData<string> Shells => [.. AllShells];

    public static TheoryData<string, ConversationMode> ShellsAndModes
    {
        get
        {
            var data = new TheoryData<string, ConversationMode>();
            foreach (string shell in AllShells)
            {
                data.Add(shell, ConversationMode.Interactive);
                data.Add(shell, ConversationMode.Script);
            }

            return data;
        }
    }

    public static TheoryData<string, string> LongLines
    {
        get
        {
            var data = new TheoryData<string, string>();
            string[] lines =
            [
                "echo begun; sleep 300",
                "echo begun; sleep 1; sleep 1",
                "echo begun; while :; do :; done",
                "echo begun; while :; do sleep 0.05; done",
                "echo begun; sleep 300 | sleep 300",
                "echo begun; (sleep 300; echo no)",
                "f() { while :; do sleep 0.02; done; echo no; }; echo begun; f",
                "echo begun; sleep 300 & wait",
                "echo begun; (trap '' INT; sleep 300) & wait",
                OwnGroup,
            ];
            foreach (string shell in AllShells)
            {
                foreach (string line in lines)
                    data.Add(shell, line);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(ShellsAndModes))]
    public async Task State_stays_from_line_to_line(string shell, ConversationMode mode)
    {
        await using Talk talk = await Talk.StartAsync(shell, mode);
        await talk.SaysAsync("cd /tmp; x='a  b'; export E=1; umask 027; f() { echo \"f:$1:$x\"; }; alias ll='echo aliased'", "");
        await talk.SaysAsync("pwd; echo \"$x\"; umask | sed 's/^0*//'; f y; sh -c 'echo $E'", "/tmp\na  b\n27\nf:y:a  b\n1\n");
        await talk.SaysAsync("ll", "aliased\n");
        await talk.SaysAsync("(exit 5)", "", status: 5);
        await talk.SaysAsync("echo $?", "5\n");
        await talk.SaysAsync("echo $?", "0\n");
        await talk.SaysAsync("calc 1 +", "", status: 2);
        await talk.SaysAsync("echo $?", "2\n");
        await talk.SaysAsync("set -- p 'q r'", "");
        await talk.SaysAsync("echo $# \"$2\"", "2 q r\n");
        Assert.Equal("/tmp", talk.Conversation.WorkingDirectory);
    }

    [Theory]
    [MemberData(nameof(ShellsAndModes))]
    public async Task Line_may_be_a_construct_of_several_lines(string shell, ConversationMode mode)
    {
        await using Talk talk = await Talk.StartAsync(shell, mode);
        await talk.SaysAsync("if false\nthen\necho wrong\nfi\necho right", "right\n");
        await talk.SaysAsync("cat <<'EOF'\nit's $x\nEOF", "it's $x\n");
        await talk.SaysAsync("for i in 1 2; do\n  echo \"<$i>\"\ndone", "<1>\n<2>\n");
        await talk.SaysAsync("printf '%s' \"a'b\\\\c\"; echo '' \\\n  joined", "a'b\\c joined\n");
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Errors_end_the_line_and_not_the_shell(string shell)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Interactive);
        await talk.SaysAsync("x=kept", "");
        foreach (string wrong in (string[])[")", "echo \"open", "if true", "nosuchcommand_", "cd /nonexistent_", "readonly ro=1; ro=2"])
        {
            CommandResult result = (await talk.RunAsync(wrong)).Result;
            Assert.NotEqual(0, result.ExitCode);
            Assert.NotNull(result.WorkingDirectory);
        }

        await talk.SaysAsync("echo $x", "kept\n");
    }

    [Theory]
    [MemberData(nameof(LongLines))]
    public async Task Interrupt_ends_what_the_line_runs_and_not_the_shell(string shell, string line)
    {
        Assert.SkipUnless(line != OwnGroup || File.Exists("/usr/bin/perl"), "needs /usr/bin/perl, which is not installed");
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Interactive);
        await talk.SaysAsync("x=kept", "");
        BufferedResult result = await talk.InterruptAsync($"{line}; echo no", "INT");
        Assert.Equal(("begun\n", Interrupted), (result.Output, result.Result.ExitCode));
        Assert.NotNull(result.Result.WorkingDirectory);
        await talk.SaysAsync("echo $x", "kept\n");
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Program_that_handles_the_interrupt_gets_it_once(string shell)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Interactive);
        // A second signal would come within the second and count, or end the program before it prints.
        const string count = "n=0; trap 'n=$((n + 1))' INT; echo begun; while [ $n = 0 ]; do sleep 0.05; done; sleep 1; echo $n; exit 0";
        BufferedResult result = await talk.InterruptAsync($"sh -c \"{count.Replace("$", "\\$", StringComparison.Ordinal)}\"", "INT");
        Assert.Equal("begun\n1\n", result.Output);
        // bash goes on if the program does not end by the signal. The other shells drop the line.
        bool goesOn = shell.EndsWith("bash", StringComparison.Ordinal);
        Assert.Equal(goesOn ? 0 : Interrupted, result.Result.ExitCode);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Process_that_ignores_the_interrupt_needs_a_stronger_signal(string shell)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Interactive);
        await talk.SaysAsync("x=kept", "");
        string go = Path.Combine(talk.Folder, "go");
        var output = new CountedOutput();
        string line = $"(trap '' INT; echo begun; while ! [ -e {go} ]; do sleep 0.02; done; echo goes on; sleep 300)";
        RemoteJob job = await talk.Conversation.StartLineAsync(line, new() { Output = output }).Within();
        await output.Begun.Within();
        job.Signal("INT");
        await File.WriteAllTextAsync(go, "");
        await Waiting.Until(() => output.Text == "begun\ngoes on\n", "the process survives the interrupt");
        job.Signal("TERM");
        CommandResult result = await job.Completion.Within();
        Assert.Equal("begun\ngoes on\n", output.Text);
        Assert.NotEqual(0, result.ExitCode);
        await talk.SaysAsync("echo $x", "kept\n");
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Stronger_signals_end_the_line_and_spare_shell_and_background(string shell)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Interactive);
        await talk.SaysAsync("sleep 300 >/dev/null 2>&1 & p=$!", "", ignoresError: true);
        // The system counts starts of processes in ticks of 10 ms: the next line must begin in a later one.
        double began = Uptime();
        await Waiting.Until(() => Uptime() >= began + 0.02, "a later tick");
        BufferedResult result = await talk.InterruptAsync("(trap '' INT TERM; echo begun; while :; do sleep 1; done)", "TERM");
        Assert.NotNull(result.Result.WorkingDirectory);
        await talk.SaysAsync("kill -0 $p && echo alive; kill -9 $p", "alive\n");
    }

    [Theory]
    [InlineData("/bin/bash")]
    [InlineData("/bin/dash")]
    public async Task Shell_that_ignores_the_end_of_a_line_is_killed_and_that_is_said(string shell)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Interactive);
        BufferedResult result = await talk.InterruptAsync("trap '' INT; echo begun; while :; do :; done", "KILL");
        Assert.Null(result.Result.WorkingDirectory);
        Assert.Equal((CommandOutcome.Signaled, "KILL"), (result.Result.Outcome, result.Result.Signal));
        Assert.Equal("KILL", (await talk.Conversation.Completion.Within()).Signal);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => talk.RunAsync("echo no"));
        Assert.Equal(ErrorCode.Gone, refused.Code);
    }

    [Theory]
    [MemberData(nameof(ShellsAndModes))]
    public async Task Exit_ends_the_conversation_with_its_status(string shell, ConversationMode mode)
    {
        foreach ((string line, int status) in new[] { ("exit 7", 7), ("false; exit", 1), ("exit 300", 300 & 0xff) })
        {
            await using Talk talk = await Talk.StartAsync(shell, mode);
            await talk.SaysAsync("true", "");
            BufferedResult result = await talk.RunAsync(line);
            Assert.Equal((status, (string?)null), (result.Result.ExitCode, result.Result.WorkingDirectory));
            Assert.Equal(status, (await talk.Conversation.Completion.Within()).ExitCode);
        }
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Shell_survives_what_its_user_redefines(string shell)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Interactive);
        foreach (string line in (string[])
        [
            "cd() { echo mycd; }",
            "printf() { echo mine; }",
            "PATH=/nonexistent",
            "IFS=0123456789",
            "set -u",
            "set -C",
            "set -f",
            "unset PWD HOME",
            "PS1='$(echo prompt)'",
            "trap 'echo trapped >/dev/null' INT",
            "umask 777",
            "alias eval=false printf=false command=false builtin=false",
            "exec 3>&1",
            "exec 1>&-; exec 2>&-",
        ])
        {
            await talk.RunAsync(line);
        }

        // `exec` changes the descriptors of its own line only.
        await talk.SaysAsync("x=5; echo \"still $x\"", "still 5\n");
        await talk.SaysAsync("(exit 9)", "", status: 9);
        await talk.SaysAsync("echo \"$?\"", "9\n");
    }

    [Fact]
    public async Task Errexit_ends_the_shell_as_it_does_at_a_prompt()
    {
        await using Talk talk = await Talk.StartAsync("/bin/bash", ConversationMode.Interactive);
        await talk.SaysAsync("(exit 3)", "", status: 3);
        // The status of the line before does not end it.
        await talk.SaysAsync("set -e; echo on", "on\n");
        await talk.SaysAsync("if false; then echo no; fi; echo goes on", "goes on\n");
        BufferedResult result = await talk.RunAsync("false");
        Assert.Equal((1, (string?)null), (result.Result.ExitCode, result.Result.WorkingDirectory));
    }

    [Theory]
    [MemberData(nameof(ShellsAndModes))]
    public async Task Errexit_spares_what_it_spares_in_a_script(string shell, ConversationMode mode)
    {
        await using Talk talk = await Talk.StartAsync(shell, mode);
        await talk.SaysAsync("set -e; echo on", "on\n");
        string[] allSpared =
            ["[ -f /nope ] && echo y", "! true", "for i in 1 2; do [ $i = 3 ] && :; done", "false || [ 1 = 2 ] && :"];
        foreach (string spared in allSpared)
        {
            await talk.RunAsync(spared);
            await talk.SaysAsync("echo goes on # still", "goes on\n");
        }

        await talk.SaysAsync("cat <<X\na\\\\\nX", "a\\\n");
        BufferedResult result = await talk.RunAsync("(exit 5)");
        Assert.Equal((5, (string?)null), (result.Result.ExitCode, result.Result.WorkingDirectory));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Status_is_that_of_the_line_before_whatever_the_user_defines(string shell)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Script);
        await talk.SaysAsync("__rsh_was() { echo mine; }", "");
        await talk.SaysAsync("(exit 3)", "", status: 3);
        await talk.SaysAsync("echo $?", "3\n");
    }

    [Fact]
    public async Task Completion_changes_nothing_in_a_shell_that_ends_at_errors()
    {
        await using Talk talk = await Talk.StartAsync("/bin/bash", ConversationMode.Interactive);
        await talk.SaysAsync("x=kept; set -e", "");
        foreach (CompletionTarget target in Enum.GetValues<CompletionTarget>())
            await talk.Conversation.CompleteAsync("nosuch", target).Within();
        await talk.SaysAsync("echo $x", "kept\n");
    }

    [Theory]
    [InlineData("/bin/bash", "builtin() { :; }")]
    [InlineData("/bin/bash", "enable -n printf")]
    [InlineData("/bin/dash", "command() { :; }")]
    [InlineData("/bin/mksh", "builtin() { :; }")]
    [InlineData("/bin/bash", "set -n")]
    public async Task Shell_that_does_not_answer_any_more_is_ended_and_that_is_said(string shell, string line)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Script);
        BufferedResult result = await talk.RunAsync(line);
        if (result.Result.WorkingDirectory is not null)
            result = await talk.RunAsync("echo hi");
        Assert.Null(result.Result.WorkingDirectory);
        Assert.Contains("did not answer", result.Result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_of_a_restricted_shell_is_refused_with_the_reason()
    {
        await using Talk talk = await Talk.StartAsync("/bin/bash", ConversationMode.Interactive);
        await talk.RunAsync("set -r");
        BufferedResult result = await talk.RunAsync("echo hi");
        Assert.Equal(CommandOutcome.NeverStarted, result.Result.Outcome);
        Assert.Contains("restricted", result.Result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Interrupt_spares_what_an_earlier_line_left_running(string shell)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Interactive);
        string started = Path.Combine(talk.Folder, "started"), hit = Path.Combine(talk.Folder, "hit");
        // perl sets a handler of its own, so it does not inherit that the signal is ignored.
        await talk.SaysAsync(
            $"perl -e '$SIG{{INT}} = sub {{ open F, \">{hit}\" }}; open G, \">{started}\"; close G; sleep 1 while 1' "
                + ">/dev/null 2>&1 & p=$!",
            "",
            ignoresError: true);
        await Waiting.Until(() => File.Exists(started), "the background program has its handler");
        double began = Uptime();
        await Waiting.Until(() => Uptime() >= began + 0.02, "a later tick");
        BufferedResult result = await talk.InterruptAsync("echo begun; sleep 300; echo no", "INT");
        Assert.Equal(("begun\n", Interrupted), (result.Output, result.Result.ExitCode));
        await talk.SaysAsync("kill -0 $p && echo alive; kill -9 $p", "alive\n");
        Assert.False(File.Exists(hit));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Interrupt_reaches_a_command_in_a_session_of_its_own(string shell)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Interactive);
        await talk.SaysAsync("x=kept", "");
        BufferedResult result = await talk.InterruptAsync("setsid sh -c 'echo begun; sleep 300'; echo no", "INT");
        Assert.Equal(("begun\n", Interrupted), (result.Output, result.Result.ExitCode));
        await talk.SaysAsync("echo $x", "kept\n");
    }

    // The other shells run a trap only when they have read the next line.
    [Theory]
    [InlineData("/bin/bash")]
    [InlineData("/usr/bin/zsh")]
    [InlineData("/bin/ksh93")]
    public async Task Output_of_a_trap_between_two_lines_belongs_to_the_conversation(string shell)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Interactive);
        await talk.SaysAsync("trap 'echo trapped' USR1", "");
        BufferedResult shellPid = await talk.RunAsync("echo $$");
        await talk.RunAsync($"(sleep 0.1; kill -USR1 {shellPid.Output.Trim()}) >/dev/null 2>&1 &");
        await Waiting.Until(() => talk.LateOutput == "trapped\n", "the output of the trap");
    }

    // dash, ksh93 and BusyBox run it after they have restored their own outputs, just before they end.
    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Output_of_a_trap_at_the_end_of_a_script_arrives(string shell)
    {
        for (int i = 0; i < 5; i++)
        {
            await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Script);
            await talk.SaysAsync("trap 'echo bye; echo bad >&2' EXIT", "");
            BufferedResult result = await talk.RunAsync("exit 3");
            Assert.Equal(3, (await talk.Conversation.Completion.Within()).ExitCode);
            Assert.Equal(("bye\n", "bad\n"), (result.Output + talk.LateOutput, result.Error + talk.LateError));
        }
    }

    // mksh itself traces into the outputs of the line before.
    [Theory]
    [InlineData("/bin/bash")]
    [InlineData("/bin/dash")]
    [InlineData("/usr/bin/zsh")]
    [InlineData("/bin/ksh93")]
    [InlineData("/bin/busybox")]
    public async Task Traces_of_a_script_show_the_commands_of_its_lines_only(string shell)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Script);
        await talk.RunAsync("set -xv");
        BufferedResult result = await talk.RunAsync("echo one");
        Assert.Equal("one\n", result.Output);
        Assert.Contains("echo one", result.Error, StringComparison.Ordinal);
        await talk.RunAsync("set +xv");
        await talk.RunAsync("exit 0");
        await talk.Conversation.Completion.Within();
        Assert.Equal("", talk.LateError);
    }

    [Theory]
    [InlineData("/bin/bash", ": ${no_such_name?is not set}")]
    [InlineData("/bin/dash", ": ${no_such_name?is not set}")]
    [InlineData("/bin/mksh", ": ${no_such_name?is not set}")]
    [InlineData("/bin/busybox", ": ${no_such_name?is not set}")]
    [InlineData("/usr/bin/zsh", ": ${no_such_name?is not set}")]
    [InlineData("/usr/bin/zsh", "readonly no=1; no=2")]
    [InlineData("/usr/bin/zsh", "echo $((1 / 0))")]
    public async Task Error_that_ends_a_script_ends_the_conversation(string shell, string line)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Script);
        BufferedResult result = await talk.RunAsync(line);
        Assert.Equal((null, false), (result.Result.WorkingDirectory, result.Result.ExitCode == 0));
    }

    [Theory]
    [InlineData("/bin/bash")]
    [InlineData("/usr/bin/zsh")]
    [InlineData("/bin/ksh93")]
    [InlineData("/bin/mksh")]
    public async Task Trap_for_errors_runs_once_for_an_error(string shell)
    {
        foreach (ConversationMode mode in Enum.GetValues<ConversationMode>())
        {
            await using Talk talk = await Talk.StartAsync(shell, mode);
            await talk.SaysAsync("trap 'echo failed' ERR", "");
            BufferedResult result = await talk.RunAsync("(exit 3)");
            await talk.SaysAsync("echo $?", "3\n");
            await talk.RunAsync("exit 0");
            await talk.Conversation.Completion.Within();
            // mksh runs it when the outputs of the line are gone.
            Assert.Equal("failed\n", result.Output + talk.LateOutput);
        }
    }

    [Fact]
    public async Task Trap_at_each_command_runs_in_the_line_only()
    {
        foreach (ConversationMode mode in Enum.GetValues<ConversationMode>())
        {
            await using Talk talk = await Talk.StartAsync("/bin/bash", mode);
            await talk.RunAsync("trap 'echo before; echo bad >&2' DEBUG");
            BufferedResult result = await talk.RunAsync("echo one");
            Assert.Equal(("before\none\n", "bad\n"), (result.Output, result.Error));
            await talk.RunAsync("trap - DEBUG");
            await talk.RunAsync("exit 0");
            await talk.Conversation.Completion.Within();
            Assert.Equal(("", ""), (talk.LateOutput, talk.LateError));
        }
    }

    [Fact]
    public async Task Status_is_right_when_digits_separate_fields()
    {
        await using Talk talk = await Talk.StartAsync("/bin/bash", ConversationMode.Script);
        await talk.SaysAsync("IFS=0123456789", "");
        await talk.SaysAsync("echo \"$?\"", "0\n");
        await talk.RunAsync("exit");
        Assert.Equal((0, ""), ((await talk.Conversation.Completion.Within()).ExitCode, talk.LateError));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Folder_is_that_of_the_shell_whatever_PWD_says(string shell)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Interactive);
        string odd = Path.Combine(talk.Folder, @"a\tb\0c");
        Directory.CreateDirectory(odd);
        BufferedResult result = await talk.RunAsync($"cd '{odd}'");
        Assert.Equal(odd, result.Result.WorkingDirectory);
        result = await talk.RunAsync("PWD=/nope");
        Assert.Equal(odd, result.Result.WorkingDirectory);
    }

    [Theory]
    [InlineData("exec true", 0)]
    [InlineData("exec sh -c 'echo other; exit 4'", 4)]
    [InlineData("kill -9 $$; echo no", 137)]
    public async Task End_of_the_shell_is_the_end_of_the_line_and_the_conversation(string line, int status)
    {
        await using Talk talk = await Talk.StartAsync("/bin/bash", ConversationMode.Interactive);
        BufferedResult result = await talk.RunAsync(line);
        Assert.Equal((status, (string?)null), (result.Result.ExitCode, result.Result.WorkingDirectory));
        Assert.Equal(status, (await talk.Conversation.Completion.Within()).ExitCode);
    }

    [Fact]
    public async Task Stopped_shell_continues_at_the_interrupt()
    {
        await using Talk talk = await Talk.StartAsync("/bin/bash", ConversationMode.Interactive);
        BufferedResult result = await talk.InterruptAsync("x=kept; echo begun; kill -STOP $$", "INT");
        Assert.NotNull(result.Result.WorkingDirectory);
        await talk.SaysAsync("echo $x", "kept\n");
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Late_output_of_a_background_process_belongs_to_the_conversation(string shell)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Interactive);
        string go = Path.Combine(talk.Folder, "go");
        string wait = $"(while ! [ -e {go} ]; do sleep 0.02; done; echo late; echo bad >&2) &";
        CommandResult result = (await talk.RunAsync($"{wait}\necho now")).Result;
        Assert.Equal(0, result.ExitCode);
        Assert.Equal([OutputStream.StandardOutput, OutputStream.StandardError], result.Held.Order());
        Assert.NotNull(result.WorkingDirectory);
        await talk.SaysAsync("echo next", "next\n");
        await File.WriteAllTextAsync(go, "");
        await Waiting.Until(() => talk.LateError == "bad\n", "the late error arrives");
        await Waiting.Until(() => talk.LateOutput.Length >= 5, "the late output arrives");
        Assert.Equal("late\n", talk.LateOutput);
        await talk.RunAsync("exit 0");
        Assert.Equal(5, (await talk.Conversation.Completion.Within()).Streams[OutputStream.StandardOutput].Bytes);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Exit_with_a_process_in_the_background_keeps_its_status(string shell)
    {
        for (int i = 0; i < 3; i++)
        {
            await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Interactive);
            BufferedResult result = await talk.RunAsync("(trap '' HUP; sleep 2) & echo out; exit 3");
            Assert.Equal((CommandOutcome.Exited, 3, "out\n"), (result.Result.Outcome, result.Result.ExitCode, result.Output));
            Assert.Equal(3, (await talk.Conversation.Completion.Within()).ExitCode);
        }
    }

    [Fact]
    public async Task Signal_reaches_the_processes_of_a_line_each_time()
    {
        await using Talk talk = await Talk.StartAsync("/bin/bash", ConversationMode.Interactive);
        string count = Path.Combine(talk.Folder, "count");
        var output = new CountedOutput();
        string line = $"(n=0; trap 'n=$((n + 1)); echo $n > {count}; [ $n -lt 3 ] || exit' USR1; echo begun; while :; do sleep 0.05; done)";
        RemoteJob job = await talk.Conversation.StartLineAsync(line, new() { Output = output }).Within();
        await output.Begun.Within();
        for (int i = 1; i <= 3; i++)
        {
            job.Signal("USR1");
            await Waiting.Until(() => File.Exists(count) && File.ReadAllText(count).Trim() == $"{i}", $"signal {i} arrives");
        }

        Assert.NotNull((await job.Completion.Within()).WorkingDirectory);
    }

    [Fact]
    public async Task Line_of_a_gigabyte_arrives_whole()
    {
        await using Talk talk = await Talk.StartAsync("/bin/bash", ConversationMode.Interactive);
        long size = TestSize.IsFull ? 1L << 30 : 64L << 20;
        var counted = new CountedOutput();
        RemoteJob job = await talk.Conversation.StartLineAsync($"head -c {size} /dev/zero", new() { Output = counted }).Within();
        CommandResult result = await job.Completion.WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
        Assert.Equal((size, size), (result.Streams[OutputStream.StandardOutput].Bytes, counted.Count));
    }

    [Fact]
    public async Task Lines_need_no_temporary_folder_and_no_program_of_the_users_path()
    {
        await using Talk talk = await Talk.StartAsync("/bin/bash", ConversationMode.Interactive);
        await talk.SaysAsync("PATH=/nonexistent; cd /", "");
        string lines = Path.Combine(talk.Server.Folder, "server", "lines");
        Directory.Delete(lines, recursive: true);
        await talk.SaysAsync("pwd; x=1", "/\n");
        // The next line uses the same two pipes.
        string[] pipes = Directory.GetFileSystemEntries(lines);
        await talk.SaysAsync("echo $x", "1\n");
        Assert.Equal(2, pipes.Length);
        Assert.Equal(pipes.Order(), Directory.GetFileSystemEntries(lines).Order());
        // Where no pipe can be made, the line is refused and nothing is lost.
        Directory.Delete(lines, recursive: true);
        await File.WriteAllTextAsync(lines, "in the way");
        BufferedResult refused = await talk.RunAsync("x=2");
        Assert.Equal(CommandOutcome.NeverStarted, refused.Result.Outcome);
        File.Delete(lines);
        await talk.SaysAsync("echo $x; pwd", "1\n/\n");
    }

    [Fact]
    public async Task Another_client_takes_the_conversation_over_with_its_state()
    {
        await using Talk talk = await Talk.StartAsync("/bin/bash", ConversationMode.Interactive);
        await talk.SaysAsync("cd /tmp; x=kept", "");
        await using RemoteShellClient other = await talk.Server.ConnectAsync();
        RemoteConversation taken = await other.TakeOverConversationAsync(
            talk.Conversation.Id, encoding: null, new() { Output = Stream.Null, Error = Stream.Null }).Within();
        await Assert.ThrowsAsync<TakenOverException>(() => talk.Conversation.Completion.Within());
        Assert.Equal("/tmp", taken.WorkingDirectory);
        using var output = new MemoryStream();
        RemoteJob job = await taken.StartLineAsync("echo $x", new() { Output = output }).Within();
        await job.Completion.Within();
        Assert.Equal("kept\n", System.Text.Encoding.UTF8.GetString(output.ToArray()));
        await taken.DisposeAsync();
    }

    [Fact]
    public async Task Program_on_a_terminal_has_the_folder_and_variables_of_the_conversation()
    {
        await using Talk talk = await Talk.StartAsync("/bin/bash", ConversationMode.Interactive);
        await talk.SaysAsync("cd /tmp; export E=exported; plain='a b'; umask 027; f() { echo \"f:$1\"; }", "");
        using var output = new MemoryStream();
        RemoteCommand command = RemoteCommand.Shell("pwd; echo $E; echo \"$plain\"; umask; f x; tty >/dev/null && echo tty") with
        {
            Conversation = talk.Conversation.Id,
            Terminal = new("xterm", 80, 24),
        };
        RemoteJob job = await talk.Client.StartAsync(command, new() { Output = output }).Within();
        Assert.Equal(0, (await job.Completion.Within()).ExitCode);
        string shown = System.Text.Encoding.UTF8.GetString(output.ToArray()).Replace("\r\n", "\n");
        Assert.Equal("/tmp\nexported\na b\n0027\nf:x\ntty\n", shown);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Completion_knows_the_functions_aliases_and_variables_of_the_shell(string shell)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Interactive);
        await talk.SaysAsync(
            "uniq_a=1; alias uniq_b='echo b'; mkdir -p \"$HOME/uniq dir/in\"; FOLDER=\"$HOME/uniq dir\"; cd \"$FOLDER\"; (exit 3)", "", 3);
        Assert.Contains(Described("uniq_a", CompletionKind.Variable, "1"), await CompleteAsync("uniq_", CompletionTarget.Variable));
        Assert.Contains(Described("uniq_b", CompletionKind.Alias, "echo b"), await CompleteAsync("uniq_", CompletionTarget.Command));
        Assert.Contains(await CompleteAsync("cal", CompletionTarget.Command), name => name is { Text: "calc", Description.Length: > 0 });
        Assert.Equal([new Completion("in/", CompletionKind.Folder)], await CompleteAsync("i", CompletionTarget.Path));
        Assert.Equal([new Completion("$FOLDER/in/", CompletionKind.Folder)], await CompleteAsync("$FOLDER/i", CompletionTarget.Path));
        Assert.Contains(new Completion("~/uniq dir/", CompletionKind.Folder), await CompleteAsync("~/uniq", CompletionTarget.Path));
        Assert.Empty(await CompleteAsync("\\$FOLDER/i", CompletionTarget.Path));
        // The questions do not change what the next line finds.
        await talk.SaysAsync("echo $?", "3\n");

        Task<IReadOnlyList<Completion>> CompleteAsync(string text, CompletionTarget target)
            => talk.CompleteAsync(text, target);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Completion_tells_what_a_name_is(string shell)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Interactive);
        await talk.SaysAsync($"uniq_long={new string('x', 500)}; uniq_rows='one\ntwo'", "");
        await talk.SaysAsync("alias uniq_q='it'\\''s \"q\"'; uniq_f() { :; }", "");
        Assert.Equal(
            [
                Described("uniq_long", CompletionKind.Variable, $"{new string('x', 80)}…"),
                Described("uniq_rows", CompletionKind.Variable, "one two"),
            ],
            await talk.CompleteAsync("uniq_", CompletionTarget.Variable));
        Assert.Contains(
            Described("uniq_q", CompletionKind.Alias, "it's \"q\""), await talk.CompleteAsync("uniq_", CompletionTarget.Command));
        Assert.Contains(new Completion("uniq_f", CompletionKind.Function), await talk.CompleteAsync("uniq_f", CompletionTarget.Command));
        Assert.Contains(new Completion("cd", CompletionKind.Builtin), await talk.CompleteAsync("cd", CompletionTarget.Command));
        Assert.Contains(new Completion("while", CompletionKind.Keyword), await talk.CompleteAsync("whil", CompletionTarget.Command));
        Completion program = Assert.Single(await talk.CompleteAsync("sha256su", CompletionTarget.Command));
        Assert.Equal(CompletionKind.Program, program.Kind);
        Assert.EndsWith("/sha256sum", program.Description, StringComparison.Ordinal);
        Assert.Empty(await talk.CompleteAsync("__rsh", CompletionTarget.Variable));
    }

    [Theory]
    [MemberData(nameof(ShellsAndModes))]
    public async Task Value_of_a_variable_is_longer_if_the_word_is_its_whole_name(string shell, ConversationMode mode)
    {
        await using Talk talk = await Talk.StartAsync(shell, mode);
        await talk.SaysAsync($"uniq_a={new string('x', 500)}; uniq_ab={new string('y', 5000)}", "");
        Assert.Equal(
            [
                Described("uniq_a", CompletionKind.Variable, new string('x', 500)),
                Described("uniq_ab", CompletionKind.Variable, $"{new string('y', 80)}…"),
            ],
            await talk.CompleteAsync("uniq_a", CompletionTarget.Variable));
        Assert.Equal(
            [Described("uniq_ab", CompletionKind.Variable, $"{new string('y', 4096)}…")],
            await talk.CompleteAsync("uniq_ab", CompletionTarget.Variable));
        Assert.Empty(await talk.CompleteAsync("__rsh", CompletionTarget.Variable));
    }

    [Theory]
    [InlineData("shglob")]
    [InlineData("cshjunkieloops")]
    [InlineData("ignorebraces")]
    [InlineData("shwordsplit")]
    [InlineData("nounset")]
    [InlineData("errexit")]
    public async Task Options_of_zsh_and_variables_are_told_whatever_is_set(string option)
    {
        await using Talk talk = await Talk.StartAsync("/bin/zsh", ConversationMode.Interactive);
        await talk.SaysAsync($"uniq_a=one; setopt {option}", "");
        Assert.Equal([Described("uniq_a", CompletionKind.Variable, "one")], await talk.CompleteAsync("uniq_", CompletionTarget.Variable));
        Completion options = Assert.Single(await talk.CompleteAsync("options", CompletionTarget.Variable));
        Assert.Contains("exec", options.Description!.Split(' '));
        // The option nounset is unset, switched off.
        Assert.Equal(option != "nounset", options.Description.Split(' ').Contains(option));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Users_and_what_is_in_their_homes_are_completed(string shell)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Interactive);
        string[] root = File.ReadLines("/etc/passwd").First(line => line.StartsWith("root:", StringComparison.Ordinal)).Split(':');
        Assert.Contains(Described("root", CompletionKind.User, root[5]), await talk.CompleteAsync("roo", CompletionTarget.User));
        Assert.Empty(await talk.CompleteAsync("no-such-user-", CompletionTarget.User));
        string[]? user = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).FirstOrDefault(fields => fields[5] == "/bin");
        Assert.SkipWhen(user is null, "needs a user whose home is /bin");
        Assert.Contains(await talk.CompleteAsync($"~{user[0]}/c", CompletionTarget.Path), file => file.Text == $"~{user[0]}/cat");
    }

    [Theory]
    [MemberData(nameof(ShellsAndModes))]
    public async Task Completion_that_finds_nothing_does_not_end_the_shell(string shell, ConversationMode mode)
    {
        await using Talk talk = await Talk.StartAsync(shell, mode);
        await talk.SaysAsync("set -eu", "");
        foreach (CompletionTarget target in Enum.GetValues<CompletionTarget>())
            Assert.Empty(await talk.CompleteAsync("no_such_name", target));
        await talk.SaysAsync("echo here", "here\n");
    }

    [Theory]
    [InlineData("/bin/bash", "bash: line ")]
    [InlineData("/bin/dash", "dash: ")]
    public async Task Error_messages_number_the_rows_of_a_line_from_one(string shell, string begin)
    {
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Script);
        for (int i = 0; i < 4; i++)
            await talk.SaysAsync("(exit 3)", "", status: 3);
        Assert.Contains($"{begin}1: ", (await talk.RunAsync("no_such_command")).Error, StringComparison.Ordinal);
        BufferedResult rows = await talk.RunAsync("cat <<E\nit's\nE\nno_such_command");
        Assert.Equal("it's\n", rows.Output);
        Assert.Contains($"{begin}4: ", rows.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_that_makes_its_number_read_only_is_followed_by_others()
    {
        await using Talk talk = await Talk.StartAsync("/bin/bash", ConversationMode.Script);
        await talk.SaysAsync("readonly LINENO", "");
        await talk.SaysAsync("echo one", "one\n");
        await talk.SaysAsync("(exit 4)", "", status: 4);
        await talk.SaysAsync("echo $?", "4\n");
    }

    // The server gives a question up after 120 ms: on a busy machine the list may be cut, and the user presses Tab again.
    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Hundreds_of_names_are_completed_with_their_descriptions(string shell)
    {
        const int count = 500;
        await using Talk talk = await Talk.StartAsync(shell, ConversationMode.Interactive);
        await talk.SaysAsync("i=0; while [ $i -lt 500 ]; do alias \"lots$i=echo $i\"; eval \"lots_$i=$i\"; i=$((i + 1)); done", "");
        foreach (CompletionTarget target in (CompletionTarget[])[CompletionTarget.Command, CompletionTarget.Variable])
        {
            int described = 0;
            for (int tries = 0; tries < 20 && described < count; tries++)
                described = (await talk.CompleteAsync("lots", target)).Count(name => name.Description is { Length: > 0 });
            Assert.Equal(count, described);
        }
    }

    private static Completion Described(string text, CompletionKind kind, string description)
        => new(text, kind) { Description = description };

    [Fact]
    public async Task Conversation_with_state_survives_lost_connections()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        await using Talk talk = await Talk.StartAsync("/bin/bash", ConversationMode.Interactive, relayed: true);
        var cutting = new CancellationTokenSource();
        Task cuts = Task.Run(async () =>
        {
            while (!cutting.IsCancellationRequested)
            {
                await Task.Delay(random.Next(20, 400));
                talk.Relay!.Cut();
            }
        });
        int lines = TestSize.IsFull ? 2000 : 60;
        await talk.SaysAsync("n=0; said=", "");
        for (int i = 1; i <= lines; i++)
        {
            int count = random.Next(1, 3000);
            string expected = string.Concat(Enumerable.Range(1, count).Select(n => $"{n}\n"));
            BufferedResult result = await talk.RunAsync($"n=$((n + 1)); seq 1 {count}; (exit $((n % 7)))");
            Assert.True(expected == result.Output && result.Result.ExitCode == i % 7, $"seed {seed}: line {i} differs");
        }

        await talk.SaysAsync("echo $n", $"{lines}\n");
        await cutting.CancelAsync();
        await cuts;
    }

    private static double Uptime()
        => double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A server, a client and a conversation.</summary>
    private sealed class Talk : IAsyncDisposable
    {
        private readonly MemoryStream _lateOutput = new(), _lateError = new();

        public required TestServer Server { get; init; }

        public required RemoteShellClient Client { get; init; }

        public RemoteConversation Conversation { get; private set; } = null!;

        public TcpRelay? Relay { get; init; }

        public string Folder => Server.Folder;

        public string LateOutput => System.Text.Encoding.UTF8.GetString(_lateOutput.ToArray());

        public string LateError => System.Text.Encoding.UTF8.GetString(_lateError.ToArray());

        public static async Task<Talk> StartAsync(string shell, ConversationMode mode, bool relayed = false)
        {
            Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a POSIX shell");
            Assert.SkipUnless(File.Exists(shell), $"needs {shell}, which is not installed");
            var server = new TestServer(options => options with { Shell = shell });
            TcpRelay? relay = relayed ? new(server.Address) : null;
            RemoteShellClient client = relay is null
                ? await server.ConnectAsync()
                : await RemoteShellClient.ConnectAsync(server.Options with { Host = new("127.0.0.1", relay.Address.Port) }).Within();
            var talk = new Talk { Server = server, Client = client, Relay = relay };
            var late = new CommandStreams { Output = talk._lateOutput, Error = talk._lateError };
            var home = new Dictionary<string, string> { ["HOME"] = server.Folder };
            talk.Conversation = await client.StartConversationAsync(
                new() { Mode = mode, WorkingDirectory = server.Folder, Environment = home }, late).Within();
            return talk;
        }

        public Task<IReadOnlyList<Completion>> CompleteAsync(string text, CompletionTarget target)
            => Conversation.CompleteAsync(text, target).Within();

        public async Task<BufferedResult> RunAsync(string line)
            => await Client.RunBufferedAsync(Conversation.LineCommand(line)).Within();

        public async Task SaysAsync(string line, string output, int status = 0, bool ignoresError = false)
        {
            BufferedResult result = await RunAsync(line);
            string error = ignoresError || status != 0 ? "" : result.Error;
            Assert.Equal((output, status, ""), (result.Output, result.Result.ExitCode, error));
            Conversation.Take(result.Result);
        }

        // Sends the signal once, after the line has written "begun".
        public async Task<BufferedResult> InterruptAsync(string line, string signal)
        {
            var output = new CountedOutput();
            RemoteJob job = await Conversation.StartLineAsync(line, new() { Output = output }).Within();
            await output.Begun.Within();
            job.Signal(signal);
            return new(await job.Completion.Within(), output.Text, "");
        }

        public async ValueTask DisposeAsync()
        {
            await Conversation.DisposeAsync();
            await Client.DisposeAsync();
            if (Relay is not null)
                await Relay.DisposeAsync();
            await Server.DisposeAsync();
        }
    }

    private sealed class CountedOutput : MemoryStream
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Count { get; private set; }

        public Task Begun => _begun.Task;

        public string Text => System.Text.Encoding.UTF8.GetString(ToArray());

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Count < 4096)
                Write(buffer.Span);
            Count += buffer.Length;
            if (Text.Contains("begun\n", StringComparison.Ordinal))
                _begun.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
