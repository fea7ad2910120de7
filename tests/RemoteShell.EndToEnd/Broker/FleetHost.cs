using System.Diagnostics;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>A host behind a broker: a server on a unix socket, and <c>rsh-broker serve</c>, with files of its own.</summary>
internal sealed class FleetHost : IAsyncDisposable
{
    private readonly string _name;
    private readonly string[] _arguments;
    private Process? _serve;

    private FleetHost(string name, string[] arguments) => (_name, _arguments) = (name, arguments);

    /// <summary>Its server.</summary>
    public Programs Programs { get; } = new();

    /// <summary>The file with the broker's credentials of the host.</summary>
    public string CredentialsFile => Path.Combine(Programs.Home, "credentials");

    private string Socket => Path.Combine(Programs.Home, "socket");

    /// <summary>Starts a server that accepts a key, and not yet what connects it to the broker.</summary>
    /// <param name="name">The host's name.</param>
    /// <param name="key">The line of the key.</param>
    /// <param name="arguments">More arguments of <c>rsh-broker serve</c>.</param>
    public static async Task<FleetHost> StartAsync(string name, string key, params string[] arguments)
    {
        var host = new FleetHost(name, arguments);
        await File.WriteAllTextAsync(Path.Combine(host.Programs.Home, "key"), key);
        Assert.Equal(0, (await host.Programs.RunAsync("rsh-server", ["authorize", "-"], key)).Status);
        await host.StartServerAsync();
        return host;
    }

    public Task StartServerAsync() => Programs.StartServerAtAsync(Socket, "--stop-grace=100ms", "--kill-grace=1s");

    /// <summary>Connects the host to the broker, and waits until it gets requests.</summary>
    public async Task ServeAsync(string url)
    {
        string[] all = ["serve", "--url", url, "--name", _name, "--server", $"unix:{Socket}", .. _arguments];
        if (File.Exists(CredentialsFile))
            all = [.. all, "--credentials", CredentialsFile, "--inbox", $"_INBOX.{_name}"];
        _serve = Programs.Start("rsh-broker", all);
        _serve.StandardInput.Close();
        _ = _serve.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        while (await _serve.StandardError.ReadLineAsync().Within() is { } line)
        {
            if (line.Contains("serving", StringComparison.Ordinal))
                break;
        }

        _ = _serve.StandardError.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>Kills <c>rsh-broker serve</c> with SIGKILL.</summary>
    public async Task KillServeAsync()
    {
        if (_serve is not { } serve)
            return;
        _serve = null;
        serve.Kill();
        await serve.WaitForExitAsync().Within();
        serve.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await KillServeAsync();
        await Programs.DisposeAsync();
    }
}
