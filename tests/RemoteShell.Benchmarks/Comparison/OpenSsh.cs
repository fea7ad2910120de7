using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>An OpenSSH server on a free loopback port with its own keys and configuration.</summary>
/// <remarks>It neither reads nor changes the machine's own configuration.</remarks>
internal sealed class OpenSsh : IAsyncDisposable
{
    // The fastest cipher of OpenSSH on a processor with AES instructions. The default cipher is slower.
    private const string Cipher = "aes128-gcm@openssh.com";

    private readonly string _folder;
    private readonly Process _process;

    private OpenSsh(string folder, Process process, int port) => (_folder, _process, Port) = (folder, process, port);

    public int Port { get; }

    /// <summary>The server's process id.</summary>
    public int Pid => _process.Id;

    /// <summary>Arguments for <c>ssh</c>, <c>scp</c> or <c>sftp</c> that open a new connection.</summary>
    public string[] Cold => ["-F", Path.Combine(_folder, "config")];

    /// <summary>Arguments that use the existing connection (ControlMaster).</summary>
    public string[] Warm => [.. Cold, "-S", Path.Combine(_folder, "master")];

    public static async Task<OpenSsh> StartAsync(string folder)
    {
        folder = Directory.CreateDirectory(Path.Combine(folder, "ssh", "home")).Parent!.FullName;
        foreach (string key in (string[])["host", "id"])
            await Shell.OutputAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(folder, key)]);
        File.Copy(Path.Combine(folder, "id.pub"), Path.Combine(folder, "authorized_keys"));
        int port = FreePort();
        // Without a home the login shell reads no start-up file, whose time would count as ssh's time.
        await File.WriteAllTextAsync(Path.Combine(folder, "sshd_config"), $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {folder}/host
            AuthorizedKeysFile {folder}/authorized_keys
            SetEnv HOME={folder}/home
            PidFile none
            UsePAM no
            StrictModes no
            MaxStartups 1000
            MaxSessions 1000
            Subsystem sftp internal-sftp

            """);
        await WriteConfigAsync(folder, "config", port);
        Process process = Shell.Start(Path.Combine(Sbin(), "sshd"), "-D", "-e", "-f", Path.Combine(folder, "sshd_config"));
        var ssh = new OpenSsh(folder, process, port);
        await ListensAsync(process);
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        await Shell.TimeAsync("ssh", [.. ssh.Warm, "-M", "-o", "ControlPersist=yes", "-fN", "bench"]);
        return ssh;
    }

    /// <summary>Returns the options for a connection through another port.</summary>
    public async Task<string[]> ThroughAsync(int port)
    {
        await WriteConfigAsync(_folder, $"config-{port}", port);
        return ["-F", Path.Combine(_folder, $"config-{port}")];
    }

    public async ValueTask DisposeAsync()
    {
        await Shell.LineAsync($"ssh {string.Join(' ', Warm)} -O exit bench 2>&1 || true");
        await Shell.EndAsync(_process);
    }

    private static Task WriteConfigAsync(string folder, string name, int port) => File.WriteAllTextAsync(Path.Combine(folder, name), $"""
        Host bench
          HostName 127.0.0.1
          Port {port}
          IdentityFile {folder}/id
          IdentitiesOnly yes
          UserKnownHostsFile {folder}/known_hosts
          GlobalKnownHostsFile none
          StrictHostKeyChecking accept-new
          BatchMode yes
          LogLevel ERROR
          Ciphers {Cipher}

        """);

    private static string Sbin()
    {
        string[] folders = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/sbin"];
        return folders.First(folder => File.Exists(Path.Combine(folder, "sshd")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task ListensAsync(Process process)
    {
        string said = "";
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Server listening on", StringComparison.Ordinal))
                return;
            said += line + "\n";
        }

        throw new InvalidOperationException($"sshd does not listen:\n{said}");
    }
}
