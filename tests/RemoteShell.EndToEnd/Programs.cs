using System.Diagnostics;
using System.Text;
using System.Text.Json;
using RemoteShell.Client;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.EndToEnd;

/// <summary>A server and clients, run as programs, with their files in a temporary folder.</summary>
public sealed class Programs : IAsyncDisposable
{
    private readonly TemporaryFolder _home = new();
    private Process? _server;

    // Where it listens if that is not Host.
    private string? _listen;

    /// <summary>Whether the programs are those that were published, as native code.</summary>
    public static bool AreNative => Published is not null;

    /// <summary>Where the server listens, as HOST:PORT.</summary>
    public string Host { get; set; } = "";

    public string Home => _home.Path;

    /// <summary>The signal that ends the program from which the server was started.</summary>
    public string StopSignal { get; set; } = "TERM";

    public Process Server => _server ?? throw new InvalidOperationException("the server was not started");

    private static string Built => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));

    private static string Configuration => Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    /// <summary>Creates keys, starts the server, and makes it known to the client.</summary>
    public static async Task<Programs> StartAsync(params string[] options)
    {
        var programs = new Programs();
        await programs.CreateKeysAsync();
        await programs.StartServerAsync(options);
        Assert.Equal(0, (await programs.ClientAsync("run", "--accept-new", programs.Host, "true")).Status);
        return programs;
    }

    /// <summary>Creates the client's key, and authorizes it.</summary>
    public async Task CreateKeysAsync()
    {
        Assert.Equal(0, (await ClientAsync("keygen")).Status);
        Output key = await ClientAsync("pubkey");
        Assert.Equal(0, (await RunAsync("rsh-server", ["authorize", "-"], key.Text)).Status);
    }

    public async Task StartServerAsync(params string[] options)
    {
        await StartServerAsync(Start("rsh-server", ["run", "--listen", FreeAddress(), .. options]));
    }

    /// <summary>Starts the server on a unix socket, and on no port.</summary>
    public async Task StartServerAtAsync(string socket, params string[] options)
    {
        _server = Start("rsh-server", ["run", "--config", "none", "--listen", $"unix:{socket}", .. options]);
        Assert.Equal($"listening on unix:{socket}", await FirstLineAsync(_server));
    }

    /// <summary>Starts the server with these options alone.</summary>
    public Task StartServerByAsync(params string[] options) => StartServerAsync(Start("rsh-server", ["run", .. options]));

    /// <summary>Starts the server on all addresses of this machine.</summary>
    public async Task StartServerOnAllAddressesAsync(params string[] options)
    {
        _listen = $"*:{FreePort.Take()}";
        await StartServerAgainAsync(options);
    }

    /// <summary>Kills the server with SIGKILL, like a crash.</summary>
    public async Task KillServerAsync()
    {
        Server.Kill();
        await Server.WaitForExitAsync().Within();
        Server.Dispose();
        _server = null;
    }

    /// <summary>Starts the server again on the same port.</summary>
    public Task StartServerAgainAsync(params string[] options)
        => StartServerAsync(Start("rsh-server", ["run", "--listen", _listen ?? Host, .. options]));

    /// <summary>The lines of the server's log.</summary>
    public string[] Log => [.. Directory.GetFiles(Path.Combine(Home, "server", "log")).SelectMany(ReadShared)];

    /// <summary>The text of the journal of jobs.</summary>
    public string Journal => string.Join('\n', ReadShared(Path.Combine(Home, "server", "jobs", "journal")));

    /// <summary>Starts the server from a script that ignores signals, which its children inherit.</summary>
    public Task StartServerThatIgnoresSignalsAsync()
    {
        const string script = "trap '' INT HUP QUIT; exec \"$0\" run --listen 127.0.0.1:0";
        return StartServerAsync(StartPath("/bin/sh", ["-c", script, PathOf("rsh-server")]));
    }

    /// <summary>Starts the server through another program, which executes it with the given options in its own place.</summary>
    public Task StartServerThroughAsync(string program, params string[] arguments) => StartServerAsync(StartPath(program, arguments));

    /// <summary>Creates keys, and starts the server from another program, which gets the server's command as its last arguments.</summary>
    public static async Task<Programs> StartFromAsync(string program, string[] arguments, params string[] options)
    {
        var programs = new Programs();
        Assert.Equal(0, (await programs.ClientAsync("keygen")).Status);
        Output key = await programs.ClientAsync("pubkey");
        Assert.Equal(0, (await programs.RunAsync("rsh-server", ["authorize", "-"], key.Text)).Status);
        string[] server = [PathOf("rsh-server"), "run", "--listen", FreeAddress(), .. options];
        await programs.StartServerAsync(programs.StartPath(program, [.. arguments, .. server]));
        Assert.Equal(0, (await programs.ClientAsync("run", "--accept-new", programs.Host, "true")).Status);
        return programs;
    }

    /// <summary>Starts the server again on the same port, from another program.</summary>
    public Task StartServerAgainFromAsync(string program, string[] arguments, params string[] options)
        => StartServerAsync(StartPath(program, [.. arguments, PathOf("rsh-server"), "run", "--listen", Host, .. options]));

    /// <summary>Starts the server with additional environment variables.</summary>
    public Task StartServerInAsync(IReadOnlyDictionary<string, string> environment, params string[] options)
        => StartServerAsync(StartPath(PathOf("rsh-server"), ["run", "--listen", "127.0.0.1:0", .. options], environment));

    // The server can listen on it again after a restart.
    private static string FreeAddress() => $"127.0.0.1:{FreePort.Take()}";

    private async Task StartServerAsync(Process server)
    {
        _server = server;
        string line = await FirstLineAsync(server);
        Assert.StartsWith(_listen is null ? "listening on 127.0.0.1:" : "listening on ", line);
        Host = _listen is null ? line["listening on ".Length..] : $"127.0.0.1:{line[(line.LastIndexOf(':') + 1)..]}";
    }

    private static async Task<string> FirstLineAsync(Process server)
    {
        server.StandardInput.Close();
        string? line = await server.StandardOutput.ReadLineAsync().Within();
        if (line is null)
            throw new InvalidOperationException($"the server ended: {await server.StandardError.ReadToEndAsync()}");
        // Read the log from the pipe, so that the server does not block on it.
        _ = server.StandardError.BaseStream.CopyToAsync(Stream.Null);
        return line;
    }

    public Task<Output> ClientAsync(params string[] arguments) => RunAsync("rsh-client", arguments, "");

    public Task<Output> ClientWithInputAsync(string input, params string[] arguments) => RunAsync("rsh-client", arguments, input);

    public Task<Output> RunAsync(
        string program, string[] arguments, string input, IReadOnlyDictionary<string, string>? environment = null)
        => RunPathAsync(PathOf(program), arguments, input, environment);

    /// <summary>Runs a script in /bin/sh. $C is the client, $S the server, $H the server's address.</summary>
    public Task<Output> ShellAsync(string script, string input = "")
        => RunPathAsync("/bin/sh", ["-c", script], input, Names());

    /// <summary>Runs a script in /bin/sh on a terminal, with the same names.</summary>
    public TestTerminal ScriptOnTerminal(string script) => TestTerminal.Start("/bin/sh", ["-c", script], Variables(Names()));

    private Dictionary<string, string> Names() => new()
    {
        ["C"] = PathOf("rsh-client"),
        ["S"] = PathOf("rsh-server"),
        ["H"] = Host,
    };

    private async Task<Output> RunPathAsync(
        string path, string[] arguments, string input, IReadOnlyDictionary<string, string>? environment)
    {
        using Process process = StartPath(path, arguments, environment);
        Task<byte[]> output = ReadAsync(process.StandardOutput.BaseStream), error = ReadAsync(process.StandardError.BaseStream);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(input));
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading its input.
        }

        await process.WaitForExitAsync().Within();
        return new(process.ExitCode, await output.Within(), Encoding.UTF8.GetString(await error.Within()));
    }

    public Process Start(string program, params string[] arguments) => StartPath(PathOf(program), arguments);

    /// <summary>Starts a program of the system.</summary>
    public Process StartTool(string program, params string[] arguments) => StartPath(program, arguments);

    /// <summary>Starts a program with additional environment variables.</summary>
    public Process StartIn(IReadOnlyDictionary<string, string> environment, string program, params string[] arguments)
        => StartPath(PathOf(program), arguments, environment);

    /// <summary>Starts the client in a terminal, whose keyboard and screen are the process's standard input and output.</summary>
    /// <remarks>It replaces the shell that script(1) starts: a shell that waits would get Ctrl+C too, and end.</remarks>
    public Process StartClientInTerminal(string arguments)
        => StartPath("script", ["-qec", $"exec {PathOf("rsh-client")} {arguments}", "/dev/null"]);

    /// <summary>The id of the first running job in the client's list.</summary>
    public async Task<string> RunningJobAsync()
    {
        Output jobs = await ClientAsync("jobs", "--running", "--json", Host);
        return JsonDocument.Parse(jobs.Text.Split('\n')[0]).RootElement.GetProperty("job").GetString()!;
    }

    /// <summary>The fingerprint of the server's host key.</summary>
    public async Task<string> FingerprintAsync() => (await RunAsync("rsh-server", ["fingerprint"], "")).Text.Trim();

    /// <summary>Runs a program of the system, and checks that it succeeds.</summary>
    public async Task RunToolAsync(string program, params string[] arguments)
    {
        using Process process = StartPath(program, arguments);
        await process.WaitForExitAsync().Within();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Starts the client on a terminal.</summary>
    public TestTerminal ClientOnTerminal(params string[] arguments) => OnTerminal(new Dictionary<string, string>(), 80, 24, arguments);

    /// <summary>Starts the client on a terminal of this size, with additional environment variables.</summary>
    public TestTerminal OnTerminal(IReadOnlyDictionary<string, string> environment, int columns, int rows, params string[] arguments)
        => TestTerminal.Start(ClientPath, arguments, Variables(environment), columns, rows);

    /// <summary>The server's program.</summary>
    public static string ServerPath => PathOf("rsh-server");

    /// <summary>Starts the server on a terminal.</summary>
    public TestTerminal ServerOnTerminal(params string[] arguments)
        => TestTerminal.Start(ServerPath, arguments, Variables(new Dictionary<string, string>()));

    /// <summary>The options of a client in this process, with the key of the client program.</summary>
    public ClientOptions ClientOptions => new()
    {
        Folder = Path.Combine(Home, "client"),
        Host = HostAddress.Parse(Host),
        Trust = new() { AcceptNew = true },
    };

    /// <summary>The client's program.</summary>
    public static string ClientPath => PathOf("rsh-client");

    /// <summary>The program that connects clients and hosts to a broker.</summary>
    public static string BrokerPath => PathOf("rsh-broker");

    /// <summary>Starts a local shell with job control on a terminal, with the client's environment.</summary>
    public TestTerminal ShellOnTerminal()
    {
        Dictionary<string, string> variables = Variables(new Dictionary<string, string> { ["NO_COLOR"] = "1" });
        return TestTerminal.Start("/bin/bash", ["--norc", "--noprofile", "-i"], variables);
    }

    /// <summary>Starts the prompt of <c>connect</c> on a terminal, without colours.</summary>
    public TestTerminal PromptOnTerminal()
        => OnTerminal(new Dictionary<string, string> { ["NO_COLOR"] = "1" }, 80, 24, "connect", Host);

    private Dictionary<string, string> Variables(IReadOnlyDictionary<string, string> more)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["RSH_HOME"] = Home,
            ["PATH"] = SearchPath,
            ["LANG"] = "C.UTF-8",
            ["HOME"] = Home,
        };
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root)
            all["DOTNET_ROOT"] = root;
        foreach ((string name, string value) in more)
            all[name] = value;
        return all;
    }

    // RSH_TEST_PROGRAMS names a folder of published programs to test instead of those that were built beside the tests.
    private static string PathOf(string program) => program.StartsWith("rsh-", StringComparison.Ordinal) && Published is { } folder
        ? Path.Combine(folder, program)
        : Path.Combine(Built, program, Configuration, program);

    // rsh-client finds rsh-broker in it, unless both are in one folder.
    private static string SearchPath => $"{Environment.GetEnvironmentVariable("PATH")}:{Path.GetDirectoryName(PathOf("rsh-broker"))}";

    private static string? Published
        => Environment.GetEnvironmentVariable("RSH_TEST_PROGRAMS") is { Length: > 0 } folder ? folder : null;

    private Process StartPath(string path, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _home.Path,
        };
        start.Environment["RSH_HOME"] = _home.Path;
        start.Environment["PATH"] = SearchPath;
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Sends a signal to one process.</summary>
    public static void Signal(Process process, string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            if (!_server.HasExited)
                Signal(_server, StopSignal);
            await _server.WaitForExitAsync().Within();
            _server.Dispose();
        }

        _home.Dispose();
    }

    public static string[] ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n');
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }
}
