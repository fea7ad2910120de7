using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace ClassicServices.Tests;

/// <summary>The two programs from the outside: options, console, pipes.</summary>
public sealed class ProgramTests : IDisposable
{
    private const string ChatStamp = @"[-0-9]{10} [0-9:.]{15} 127\.0\.0\.1:\d+";

    private readonly List<Process> _started = [];

    public static TheoryData<string, string, string> Dialogs => new()
    {
        { "calc", "1+2\n3 4\n", "^the result of << 1\\+2 is 3 >>\\.\n<< 3 4 >> is invalid math expression\n$" },
        { "upper", "hello\nüber 好\n", "^HELLO\nÜBER 好\n$" },
        { "exec-raw", "echo hello\n", "^hello\n$" },
        { "exec-length", "echo hello\ntrue\nprintf x\n", "^hello\nx\n$" },
        { "exec-json", "echo hello\necho err >&2\n", "^hello\nerr\n$" },
        { "chat", "one\ntwo\n", $"^{ChatStamp} one\n{ChatStamp} two\n$" },
        { "reply", "你好\nhello\n", "^好的,我是服务端\n好的,我是服务端\n$" },
        { "time", "好\nb\n", "^\\[.{24}\\] 好\n\\[.{24}\\] b\n$" },
        { "time-line", "好\nb\n", "^\\[.{24}\\] 好\n\\[.{24}\\] b\n$" },
        { "time-async", "好\nb\n", "^\\[.{24}\\] 好 \n\\[.{24}\\] b \n$" },
        { "ack", "a\nb\n", "^ACK\nACK\n$" },
        { "check", "a\nquit\nb\n", "^check\n$" },
    };

    [Theory]
    [MemberData(nameof(Dialogs))]
    public async Task The_client_works_from_a_pipe_with_every_service(string service, string input, string output)
    {
        (Process server, string address) = await StartServerAsync(service, "--enable-exec");
        (int status, string shown, string error) = await RunAsync("classic-client", input, service, "--port", address.Split(':')[^1]);
        Assert.Equal("", error);
        Assert.Matches(output, shown);
        Assert.Equal(0, status);
        await StopAsync(server);
    }

    [Fact]
    public async Task The_client_gets_the_time_over_UDP()
    {
        (Process server, string address) = await StartServerAsync("time");
        (int status, string shown, _) = await RunAsync("classic-client", "hello\n", "time", "--udp", "--port", address.Split(':')[^1]);
        Assert.Matches("^\\[.{24}\\] hello\n$", shown);
        Assert.Equal(0, status);
        await StopAsync(server);
    }

    [Fact]
    public async Task The_console_lists_the_clients_and_quit_stops_the_server()
    {
        (Process server, string address) = await StartServerAsync("calc");
        using RawClient client = await RawClient.ConnectAsync(IPEndPoint.Parse(address));
        await client.SendAsync("1+1\n");
        await client.SeesAsync("the result of << 1+1 is 2 >>.");
        await server.StandardInput.WriteLineAsync("who");
        string line = $"^calc {Regex.Escape(client.Address.ToString())} since \\d\\d:\\d\\d:\\d\\d$";
        Assert.Matches(line, await server.StandardOutput.ReadLineAsync().Within());
        Assert.Equal("1 connected; quit or exit stops the server", await server.StandardOutput.ReadLineAsync().Within());
        await server.StandardInput.WriteLineAsync("quit");
        Assert.Empty(await client.ReadToEndAsync());
        client.Dispose();
        await server.WaitForExitAsync().Within();
        Assert.Equal(0, server.ExitCode);
    }

    [Theory]
    [InlineData("exec-raw runs commands for any unauthenticated client", "exec-raw")]
    [InlineData("can be reached from other machines", "calc", "--bind", "0.0.0.0")]
    [InlineData("there is no service 'nothing'", "nothing")]
    [InlineData("--port takes SERVICE=PORT", "--port", "calc")]
    [InlineData("--bind takes an address", "--bind", "here")]
    [InlineData("there is no option '--nope'", "--nope")]
    [InlineData("--idle-timeout must be longer than 0", "--idle-timeout", "0s")]
    public async Task The_server_refuses_dangerous_or_wrong_options_with_a_message(string message, params string[] arguments)
    {
        (int status, string shown, string error) = await RunAsync("classic-server", "", arguments);
        Assert.Contains(message, error);
        Assert.Empty(shown);
        Assert.Equal(2, status);
    }

    [Fact]
    public async Task Connections_beyond_the_descriptor_limit_are_closed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: reads its limit in /proc");
        string start = "ulimit -n 250; exec \"$0\" upper --bind 127.0.0.1 --port upper=0";
        Process server = Start("/bin/sh", ["-c", start, PathOf("classic-server")]);
        string line = (await server.StandardOutput.ReadLineAsync().Within())!;
        var address = IPEndPoint.Parse(Regex.Match(line, @"127\.0\.0\.1:\d+").Value);
        RawClient first = await RawClient.ConnectAsync(address);
        RawClient[] many = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => RawClient.ConnectAsync(address)));
        await first.SendAsync("hello");
        await first.SeesAsync("HELLO");
        await server.StandardInput.WriteLineAsync("who");
        foreach (RawClient client in many)
            client.Dispose();
        await Waiting.Until(() => Count(server) is 0 or 1, "the many clients have left");
        using RawClient last = await RawClient.ConnectAsync(address);
        await last.SendAsync("again");
        await last.SeesAsync("AGAIN");
        first.Dispose();
        last.Dispose();
        await StopAsync(server);

        static int Count(Process server)
        {
            server.StandardInput.WriteLine("who");
            while (true)
            {
                Match match = Regex.Match(server.StandardOutput.ReadLine()!, @"^(\d+) connected");
                if (match.Success)
                    return int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
            }
        }
    }

    [Fact]
    public async Task The_server_runs_all_services_but_exec_by_default()
    {
        string[] services = ["calc", "upper", "chat", "reply", "time", "time-line", "time-async", "ack", "check"];
        IEnumerable<string> ports = services.SelectMany(service => (string[])["--port", $"{service}=0"]);
        Process server = Start("classic-server", ["--bind", "127.0.0.1", .. ports]);
        List<string> lines = [];
        // time listens twice: on TCP and on UDP.
        for (int i = 0; i < services.Length + 1; i++)
            lines.Add((await server.StandardOutput.ReadLineAsync().Within())!.Split(' ')[0]);
        Assert.Equal(["calc", "upper", "chat", "reply", "time", "time", "time-line", "time-async", "ack", "check"], lines);
        await StopAsync(server);
    }

    /// <summary>Runs the client until it exits.</summary>
    public static async Task<(int Status, string Output, string Error)> RunClientAsync(string input, params string[] arguments)
    {
        using var programs = new ProgramTests();
        return await programs.RunAsync("classic-client", input, arguments);
    }

    public void Dispose()
    {
        foreach (Process process in _started)
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
        }
    }

    private async Task<(Process Server, string Address)> StartServerAsync(string service, params string[] options)
    {
        Process server = Start("classic-server", [service, "--bind", "127.0.0.1", "--port", $"{service}=0", .. options]);
        string line = (await server.StandardOutput.ReadLineAsync().Within())!;
        if (service == "time")
            await server.StandardOutput.ReadLineAsync().Within();
        return (server, Regex.Match(line, @"127\.0\.0\.1:\d+").Value);
    }

    private static async Task StopAsync(Process server)
    {
        await server.StandardInput.WriteLineAsync("exit");
        await server.WaitForExitAsync().Within();
        Assert.Equal(0, server.ExitCode);
    }

    private async Task<(int Status, string Output, string Error)> RunAsync(string program, string input, params string[] arguments)
    {
        Process process = Start(program, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().Within();
        return (process.ExitCode, await output.Within(), await error.Within());
    }

    private Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program.StartsWith('/') ? program : PathOf(program), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)!;
        _started.Add(process);
        return process;
    }

    private static string PathOf(string program)
    {
        string folder = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        return Path.GetFullPath(Path.Combine(folder, "..", "..", program, Path.GetFileName(folder), program));
    }
}
