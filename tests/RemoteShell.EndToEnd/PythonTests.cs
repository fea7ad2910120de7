using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace RemoteShell.EndToEnd;

/// <summary>A Python client, written from docs/protocol.md with the standard library only, runs commands and verifies them.</summary>
public sealed class PythonTests : IAsyncLifetime
{
    private Programs _programs = null!;
    private string _fingerprint = "";

    private static string Client => Repository.File("samples/python-client.py");

    public async ValueTask InitializeAsync()
    {
        _programs = await Programs.StartAsync("--allow-forwarding");
        _fingerprint = (await _programs.RunAsync("rsh-server", ["fingerprint"], "")).Text.Trim();
    }

    public ValueTask DisposeAsync() => _programs.DisposeAsync();

    [Fact]
    public async Task Python_client_gets_output_error_and_status()
    {
        Output output = await RunAsync(_programs.Host, _fingerprint, "echo 好; echo err >&2; exit 7");
        Assert.Equal(("好\n", "err\n", 7), (output.Text, output.Error, output.Status));
    }

    [Fact]
    public async Task Python_client_gets_output_larger_than_the_window()
    {
        Output output = await RunAsync(_programs.Host, _fingerprint, "seq 1 400000");
        Assert.Equal(0, output.Status);
        string expected = string.Concat(Enumerable.Range(1, 400_000).Select(i => $"{i}\n"));
        Assert.Equal(
            Convert.ToHexString(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(expected))),
            Convert.ToHexString(SHA256.HashData(output.Bytes)));
    }

    [Fact]
    public async Task Python_client_refuses_another_server_and_shows_the_hint()
    {
        Output wrong = await RunAsync(_programs.Host, "SHA256:AAAA", "true");
        Assert.Equal((1, "the server has another key than FINGERPRINT\n"), (wrong.Status, wrong.Error));
        File.WriteAllText(Path.Combine(_programs.Home, "server", "authorized_keys"), "");
        Output refused = await RunAsync(_programs.Host, _fingerprint, "true");
        Assert.Equal(1, refused.Status);
        Assert.Contains("is not authorized here\nat the server, run: rsh-server authorize", refused.Error);
    }

    [Fact]
    public async Task Python_client_uploads_a_file()
    {
        string source = Path.Combine(_programs.Home, "source \\ü"), target = Path.Combine(_programs.Home, "target");
        var bytes = new byte[3_000_000];
        new Random(3).NextBytes(bytes);
        await File.WriteAllBytesAsync(source, bytes);
        Output output = await RunAsync(_programs.Host, _fingerprint, "put", source, target);
        Assert.Equal((0, "", ""), (output.Status, output.Text, output.Error));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(target));
        Assert.Equal(File.GetLastWriteTimeUtc(source), File.GetLastWriteTimeUtc(target));
        Output failed = await RunAsync(_programs.Host, _fingerprint, "put", source, "/nosuch/x");
        Assert.Equal(1, failed.Status);
        Assert.Contains("no such file", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Python_client_reaches_a_port_through_the_server()
    {
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        string port = ((IPEndPoint)target.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        string asked = string.Concat(Enumerable.Range(1, 400_000).Select(i => $"{i}\n"));
        Task<Output> running = RunWithInputAsync(asked, _programs.Host, _fingerprint, "forward", "127.0.0.1", port);
        using TcpClient peer = await target.AcceptTcpClientAsync().Within();
        using var reader = new StreamReader(peer.GetStream());
        string arrived = await reader.ReadToEndAsync().Within();
        await peer.GetStream().WriteAsync("answer"u8.ToArray());
        peer.Close();
        Output output = await running.Within();
        Assert.Equal((asked, "answer", "", 0), (arrived, output.Text, output.Error, output.Status));
        string closed = FreePort.Take().ToString(CultureInfo.InvariantCulture);
        Output refused = await RunAsync(_programs.Host, _fingerprint, "forward", "127.0.0.1", closed);
        Assert.Equal(1, refused.Status);
        Assert.Contains("the server cannot reach", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Python_client_proves_that_a_key_of_ssh_stands_behind_its_own()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        using var folder = new TemporaryFolder();
        string key = SshKeygen.MakeKey(folder, "ed25519");
        string list = Path.Combine(_programs.Home, "server", "authorized_keys");
        await File.WriteAllTextAsync(list, await File.ReadAllTextAsync($"{key}.pub"));
        Assert.Equal(1, (await RunAsync(_programs.Host, _fingerprint, "echo done")).Status);
        Output output = await RunAsync(start => start.Environment["RSH_SSH_KEY"] = key, "", _programs.Host, _fingerprint, "echo done");
        Assert.Equal((0, "done\n", ""), (output.Status, output.Text, output.Error));
    }

    [Fact]
    public void Python_client_is_short_and_has_only_standard_imports()
    {
        string[] lines = File.ReadAllLines(Client);
        Assert.InRange(lines.Length, 1, 120);
        string imported = Assert.Single(lines, line => line.Contains("import ", StringComparison.Ordinal));
        Assert.Equal("import base64, functools, hashlib, json, os, secrets, socket, ssl, struct, subprocess, sys, time", imported);
    }

    private Task<Output> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    private Task<Output> RunWithInputAsync(string input, params string[] arguments) => RunAsync(_ => { }, input, arguments);

    private async Task<Output> RunAsync(Action<ProcessStartInfo> prepare, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("python3", [Client, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["RSH_HOME"] = _programs.Home;
        prepare(start);
        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        Task reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        string error = await process.StandardError.ReadToEndAsync().Within();
        await reading.Within();
        await process.WaitForExitAsync().Within();
        return new(process.ExitCode, output.ToArray(), error);
    }
}
