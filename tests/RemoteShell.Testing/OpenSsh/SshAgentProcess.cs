using System.Diagnostics;

namespace RemoteShell.Testing;

/// <summary>OpenSSH's <c>ssh-agent</c>, with a socket of its own. Disposing it ends it.</summary>
public sealed class SshAgentProcess : IAsyncDisposable
{
    private readonly Process _process;

    private SshAgentProcess(Process process, string socket) => (_process, Socket) = (process, socket);

    /// <summary>Its socket, for <c>SSH_AUTH_SOCK</c>.</summary>
    public string Socket { get; }

    /// <summary>Starts one. It holds no keys.</summary>
    public static async Task<SshAgentProcess> StartAsync(TemporaryFolder folder)
    {
        string socket = folder[$"agent-{Guid.NewGuid():N}"[..14]];
        var agent = new SshAgentProcess(Process.Start(new ProcessStartInfo("ssh-agent", ["-D", "-a", socket])
        {
            RedirectStandardOutput = true,
        })!, socket);
        // It prints its first line once it listens. Its socket is there before.
        string? line = await agent._process.StandardOutput.ReadLineAsync().Within();
        return line is null ? throw new InvalidOperationException("ssh-agent has ended") : agent;
    }

    /// <summary>Gives it a private key.</summary>
    public Task AddAsync(string keyFile, params string[] arguments) => RunAsync([.. arguments, keyFile]);

    /// <summary>Takes all keys from it.</summary>
    public Task RemoveAllAsync() => RunAsync("-D");

    private async Task RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("ssh-add", ["-q", .. arguments]) { RedirectStandardError = true };
        start.Environment["SSH_AUTH_SOCK"] = Socket;
        using Process process = Process.Start(start)!;
        string error = await process.StandardError.ReadToEndAsync().Within();
        await process.WaitForExitAsync().Within();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"ssh-add exited with {process.ExitCode}: {error}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().Within();
        _process.Dispose();
    }
}
