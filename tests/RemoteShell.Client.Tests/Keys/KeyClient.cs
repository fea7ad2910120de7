using RemoteShell.Client.Forwarding;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests.Keys;

/// <summary>A server that allows all to all keys, and a client whose key has options there.</summary>
internal sealed class KeyClient : IAsyncDisposable
{
    /// <summary>A request of each kind.</summary>
    public static readonly string[] Verbs =
    [
        "run", "line", "login", "terminal", "detached", "conversation", "in-calc", "calc", "who", "get", "download", "list", "upload",
        "open", "connect-to", "listen", "chat", "notify", "complete", "jobs",
    ];

    private readonly TestServer _server = new(options => options with { AllowsForwarding = true });

    private KeyClient()
    {
    }

    public TestServer Server => _server;

    public RemoteShellClient Client { get; private set; } = null!;

    /// <summary>A folder for files of the test.</summary>
    public string Folder => Path.Combine(_server.Folder, "files");

    public static async Task<KeyClient> StartAsync(string options)
    {
        var started = new KeyClient();
        Directory.CreateDirectory(started.Folder);
        started.Client = await started.ConnectAsync("keyed", options.Replace("FOLDER", started.Folder, StringComparison.Ordinal));
        return started;
    }

    /// <summary>Connects with another key.</summary>
    public async Task<RemoteShellClient> ConnectAsync(string name, string options)
    {
        ClientOptions own = _server.ClientOptions(name);
        using var identity = Identity.LoadOrCreate(own.IdentityFile);
        _server.AuthorizedKeys.Add($"{options} {identity.PublicKey} {name}");
        return await RemoteShellClient.ConnectAsync(own).Within();
    }

    /// <summary>Makes a request. Returns whether the server permits it; other failures are thrown.</summary>
    public async Task<bool> TryAsync(string verb)
    {
        string file = Path.Combine(Folder, "file"), local = Path.Combine(_server.Folder, Guid.NewGuid().ToString("N"));
        await File.WriteAllTextAsync(file, "content");
        await File.WriteAllTextAsync(local + ".new", "new");
        int before = _server.Log.Count;
        try
        {
            await RequestAsync(verb, file, local).Within();
            return true;
        }
        catch (Exception e) when (e is RequestRefusedException { Code: ErrorCode.Forbidden } or FileRequestException)
        {
            Assert.EndsWith("not allowed for this key", e.Message, StringComparison.Ordinal);
            Assert.Contains(_server.Log.Skip(before), IsRefusal);
            return false;
        }
    }

    /// <summary>Runs a command that succeeds, and returns its output.</summary>
    public async Task<string> OutputAsync(RemoteCommand command)
    {
        BufferedResult result = await Client.RunBufferedAsync(command).Within();
        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        return result.Output;
    }

    /// <summary>Checks that a command is not allowed for the key.</summary>
    public Task IsRefusedAsync(RemoteCommand command) => IsRefusedAsync(() => Client.RunBufferedAsync(command));

    /// <summary>Checks that a request is not allowed for the key.</summary>
    public static async Task IsRefusedAsync(Func<Task> request)
    {
        RemoteShellException refused = await Assert.ThrowsAnyAsync<RemoteShellException>(() => request().Within());
        Assert.EndsWith("not allowed for this key", refused.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _server.DisposeAsync();
    }

    private bool IsRefusal(string line)
        => line.Contains(" may not ", StringComparison.Ordinal)
        && line.EndsWith($" in {_server.AuthorizedKeys.Path} line 2", StringComparison.Ordinal);

    private Task RequestAsync(string verb, string file, string local) => verb switch
    {
        "run" => Client.RunBufferedAsync(RemoteCommand.Exact("echo", "a")),
        "line" => Client.RunBufferedAsync(RemoteCommand.Shell("echo a")),
        "login" => Client.RunBufferedAsync(RemoteCommand.LoginShell()),
        "terminal" => Client.RunBufferedAsync(RemoteCommand.Exact("echo", "a") with { Terminal = new("xterm", 80, 24) }),
        "detached" => DetachAsync(),
        "conversation" => ConverseAsync("echo a"),
        "in-calc" => ConverseAsync("calc 1+1"),
        "calc" => Client.RunBufferedAsync(RemoteCommand.Builtin("calc", "1+1")),
        "who" => Client.WhoAsync(),
        "get" => Client.GetAsync(file, _ => new MemoryStream()),
        "download" => Client.DownloadAsync([file], local),
        "list" => Client.ListAsync(Folder),
        "upload" => Client.UploadAsync([local + ".new"], file),
        "open" => OpenAsync(),
        "connect-to" => ConnectToAsync(),
        "listen" => ListenAsync(),
        "chat" => Client.ChatAsync(new() { Says = Stream.Null }),
        "notify" => Client.NotifyAsync("a notice"),
        "complete" => Client.CompleteAsync("ech", isCommand: true, folder: null),
        "jobs" => Client.ListJobsAsync(),
        _ => throw new ArgumentException($"unknown verb {verb}"),
    };

    private async Task DetachAsync()
    {
        string job = await Client.DetachAsync(RemoteCommand.Exact("echo", "a"));
        await Client.WaitAsync(job);
    }

    private async Task ConverseAsync(string line)
    {
        RemoteConversation conversation = await Client.StartConversationAsync(new(), new CommandStreams());
        await using (conversation)
            await Client.RunBufferedAsync(conversation.LineCommand(line));
    }

    private async Task OpenAsync()
    {
        await using Stream stream = await Client.ForwardAsync(_server.Address.Address.ToString(), _server.Address.Port);
    }

    private async Task ConnectToAsync()
    {
        var target = ForwardTarget.Tcp(_server.Address.Address.ToString(), _server.Address.Port);
        RemoteJob job = await Client.StartAsync(RemoteCommand.Connect(target), new() { Input = Stream.Null });
        await job.Completion;
    }

    private async Task ListenAsync()
    {
        var target = ForwardTarget.Tcp("localhost", 1);
        RemoteForwarder forwarder = await RemoteForwarder.StartAsync(Client, RemoteListen.Tcp("", 0), target, new());
        await forwarder.DisposeAsync();
    }
}
