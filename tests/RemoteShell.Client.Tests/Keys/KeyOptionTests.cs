using RemoteShell.Protocol;

namespace RemoteShell.Client.Tests.Keys;

/// <summary>Options in front of a key, over a real server: each holds for every verb, and refuses no other.</summary>
public sealed class KeyOptionTests
{
    private const string Commands = "run line login terminal detached";
    private const string Conversations = "conversation in-calc";
    private const string Reading = "get download list";
    private const string Forwarding = "open connect-to listen";

    public KeyOptionTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");

    // The options, and the verbs that are refused. FOLDER is a folder of the test.
    public static TheoryData<string, string> Refused => new()
    {
        { "max-jobs=9", "" },
        { "restrict", $"terminal {Forwarding} chat notify" },
        { "restrict,pty,port-forwarding", "chat notify" },
        { "no-pty", "terminal" },
        { "no-port-forwarding", Forwarding },
        { "command=\"true\"", AllBut($"{Commands} jobs") },
        { "command=\"true\",no-pty", AllBut("run line login detached jobs") },
        { "read-only", AllBut($"{Reading} jobs") },
        { "write-only", AllBut("upload jobs") },
        { "allow=\"calc,run:echo *\"", AllBut("run terminal detached calc jobs") },
        { "allow=\"run:uptime\"", AllBut("jobs") },
        { "allow=\"shell,who\"", AllBut("line login who jobs") },
        { "allow=\"connect\"", AllBut($"{Conversations} jobs") },
        { "allow=\"get:FOLDER/**\"", AllBut($"{Reading} jobs") },
        { "allow=\"files:FOLDER/*\"", AllBut($"{Reading} upload jobs") },
        { "allow=\"get:FOLDER/other\"", AllBut("jobs") },
        { "allow=\"forward,chat\"", AllBut($"{Forwarding} chat jobs") },
        { "allow=\"notify,complete\"", AllBut("notify complete jobs") },
        { "deny=\"run,chat\"", "run terminal detached chat" },
        { "deny=\"files:/**\"", $"{Reading} upload" },
        { "deny=\"get:FOLDER/file\"", "get download" },
        { "deny=\"calc,connect,jobs\"", "detached conversation in-calc calc jobs" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Option_holds_for_every_verb_and_for_no_other(string options, string refused)
    {
        await using KeyClient client = await KeyClient.StartAsync(options);
        List<string> found = [];
        foreach (string verb in KeyClient.Verbs)
        {
            if (!await client.TryAsync(verb))
                found.Add(verb);
        }

        Assert.Equal(refused.Split(' ', StringSplitOptions.RemoveEmptyEntries), found);
    }

    [Fact]
    public async Task Forced_command_runs_in_place_of_what_was_asked_for()
    {
        const string Options = "command=\"printf '%s|%s|%s|' \\\"$RSH_ORIGINAL_COMMAND\\\" \\\"$SSH_ORIGINAL_COMMAND\\\" "
            + "\\\"${RSH_ORIGINAL_COMMAND-unset}\\\"; cat\"";
        await using KeyClient client = await KeyClient.StartAsync(Options);
        Assert.Equal("uptime -p|uptime -p|uptime -p|", await client.OutputAsync(RemoteCommand.Shell("uptime -p")));
        const string Quoted = "echo 'a b' '$x' ''";
        Assert.Equal($"{Quoted}|{Quoted}|{Quoted}|", await client.OutputAsync(RemoteCommand.Exact("echo", "a b", "$x", "")));
        Assert.Equal("||unset|", await client.OutputAsync(RemoteCommand.LoginShell()));
        var output = new MemoryStream();
        RemoteJob job = await client.Client
            .StartAsync(RemoteCommand.Shell("x"), new() { Input = new MemoryStream("input"u8.ToArray()), Output = output }).Within();
        Assert.Equal(0, (await job.Completion.Within()).ExitCode);
        Assert.Equal("x|x|x|input", System.Text.Encoding.UTF8.GetString(output.ToArray()));
        Assert.Contains(client.Server.Log, line => line.EndsWith("command= runs in place of: uptime -p", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("command=\"/bin/true\"")]
    [InlineData("allow=\"run:/bin/true\"")]
    public async Task Client_does_not_choose_variables_and_folder_of_a_named_command(string options)
    {
        await using KeyClient client = await KeyClient.StartAsync(options);
        var command = RemoteCommand.Exact("/bin/true");
        await client.IsRefusedAsync(command.WithEnvironment("LD_PRELOAD", "/tmp/x.so"));
        await client.IsRefusedAsync(command.WithEnvironment("PATH", "/tmp"));
        await client.IsRefusedAsync(command.WithWorkingDirectory("/tmp"));
        await client.IsRefusedAsync(command.WithoutEnvironment("HOME"));
        Assert.Equal("", await client.OutputAsync(command.WithEnvironment("LC_ALL", "C")));
    }

    [Fact]
    public async Task Variables_of_the_key_win_over_those_of_the_client()
    {
        await using KeyClient client = await KeyClient.StartAsync("environment=\"A=key\",environment=\"B=b\"");
        RemoteCommand command = RemoteCommand.Shell("echo $A $B $C").WithEnvironment("A", "client").WithEnvironment("C", "c");
        Assert.Equal("key b c\n", await client.OutputAsync(command));
        Assert.Equal("key b\n", await client.OutputAsync(RemoteCommand.Shell("echo $A $B").WithoutEnvironment("B")));
        RemoteConversation conversation = await client.Client.StartConversationAsync(new(), new CommandStreams()).Within();
        await using (conversation)
            Assert.Equal("key b\n", await client.OutputAsync(conversation.LineCommand("echo $A $B")));
    }

    [Fact]
    public async Task Patterns_of_paths_hold_for_the_real_path()
    {
        await using KeyClient client = await KeyClient.StartAsync("allow=\"files:FOLDER/in/**\"");
        string inside = Path.Combine(client.Folder, "in"), secret = Path.Combine(client.Folder, "secret");
        Directory.CreateDirectory(inside);
        await File.WriteAllTextAsync(secret, "secret");
        await File.WriteAllTextAsync(Path.Combine(inside, "plain"), "plain");
        File.CreateSymbolicLink(Path.Combine(inside, "file"), "../secret");
        File.CreateSymbolicLink(Path.Combine(inside, "folder"), "..");
        File.CreateSymbolicLink(Path.Combine(client.Folder, "way-in"), "in");
        RemoteShellClient own = client.Client;
        string local = Path.Combine(client.Server.Folder, "local");
        string[] outside = [secret, $"{inside}/../secret", $"{inside}/file", $"{inside}/folder/secret", $"{inside}/folder/in/../secret"];
        foreach (string path in outside)
        {
            await KeyClient.IsRefusedAsync(() => own.GetAsync(path, _ => new MemoryStream()));
            await KeyClient.IsRefusedAsync(() => own.DownloadAsync([path], local));
        }

        await KeyClient.IsRefusedAsync(() => own.ListAsync($"{inside}/folder/"));
        await KeyClient.IsRefusedAsync(() => own.DownloadAsync([client.Folder], local, new() { Recursive = true }));
        await KeyClient.IsRefusedAsync(() => own.UploadAsync([secret], $"{inside}/folder/new"));
        await KeyClient.IsRefusedAsync(() => own.UploadAsync([secret], $"{inside}/folder/"));
        await KeyClient.IsRefusedAsync(() => own.UploadAsync([secret], $"{inside}/file", new() { FollowTarget = true }));
        await KeyClient.IsRefusedAsync(() => own.RenameAsync($"{inside}/plain", $"{client.Folder}/out"));
        await KeyClient.IsRefusedAsync(() => own.RenameAsync(secret, $"{inside}/taken"));
        await KeyClient.IsRefusedAsync(() => own.DeleteAsync($"{inside}/folder/secret"));
        await KeyClient.IsRefusedAsync(() => own.MakeDirectoryAsync($"{inside}/folder/new"));
        Assert.False(File.Exists(local) || Directory.Exists(local));
        Assert.Equal(["in", "secret", "way-in"], Directory.EnumerateFileSystemEntries(client.Folder).Select(Path.GetFileName).Order());
        Assert.Equal("secret", await File.ReadAllTextAsync(secret));

        // What is inside may be used, by any path that leads there.
        await own.DownloadAsync([$"{client.Folder}/way-in/plain"], local).Within();
        Assert.Equal("plain", await File.ReadAllTextAsync(local));
        await own.DownloadAsync([inside], local + "s", new() { Recursive = true }).Within();
        await own.UploadAsync([local], $"{client.Folder}/way-in/new/", new() { Recursive = true }).Within();
        Assert.Contains("plain", (await own.ListAsync(inside).Within()).Select(entry => entry.Path));
        await own.DeleteAsync($"{inside}/folder").Within();
    }

    [Fact]
    public async Task Pattern_of_the_client_matches_only_what_its_key_may_read()
    {
        await using KeyClient client = await KeyClient.StartAsync("allow=\"get:FOLDER/*.log\"");
        await File.WriteAllTextAsync(Path.Combine(client.Folder, "a.log"), "a");
        await File.WriteAllTextAsync(Path.Combine(client.Folder, "secret"), "secret");
        string local = Path.Combine(client.Server.Folder, "local");
        Directory.CreateDirectory(local);
        await client.Client.DownloadAsync([$"{client.Folder}/*"], local).Within();
        Assert.Equal(["a.log"], Directory.EnumerateFileSystemEntries(local).Select(Path.GetFileName));
        var nothing = await Assert.ThrowsAnyAsync<RemoteShellException>(
            () => client.Client.DownloadAsync([$"{client.Folder}/s*"], local).Within());
        Assert.Contains("nothing matches", nothing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patterns_of_a_key_with_a_root_begin_there()
    {
        await using KeyClient client = await KeyClient.StartAsync("root=\"FOLDER\",deny=\"get:/private/**\",read-only");
        Directory.CreateDirectory(Path.Combine(client.Folder, "private"));
        await File.WriteAllTextAsync(Path.Combine(client.Folder, "private/x"), "x");
        await File.WriteAllTextAsync(Path.Combine(client.Folder, "y"), "y");
        await KeyClient.IsRefusedAsync(() => client.Client.GetAsync("/private/x", _ => new MemoryStream()));
        await KeyClient.IsRefusedAsync(() => client.Client.DownloadAsync(["/"], client.Folder + "2", new() { Recursive = true }));
        await client.Client.GetAsync("/y", _ => new MemoryStream()).Within();
    }

    private static string AllBut(string verbs) => string.Join(' ', KeyClient.Verbs.Except(verbs.Split(' ')));
}
