using System.Diagnostics;
using RemoteShell.EndToEnd.Fleet;
using RemoteShell.Testing.Nats;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>The host <c>web7</c>, whose server is reached through a NATS server, with a proxy before it that makes faults.</summary>
/// <remarks>The configuration of the client leads through the proxy. A test is skipped if nats-server is not installed.</remarks>
internal sealed class BrokerPrograms : IAsyncDisposable
{
    public const string Host = "web7";

    private readonly List<string> _log = [];
    private Process? _serve;

    private BrokerPrograms(Programs programs, NatsServer broker) => (Programs, Broker, Proxy) = (programs, broker, new(broker));

    public Programs Programs { get; }

    public NatsServer Broker { get; }

    public NatsProxy Proxy { get; }

    /// <summary>The path of a file for the test.</summary>
    public string this[string name] => Path.Combine(Programs.Home, name);

    /// <summary>Starts all, and waits until the host answers.</summary>
    public static async Task<BrokerPrograms> StartAsync(params string[] options)
    {
        Assert.SkipUnless(NatsServer.IsInstalled, NatsServer.Missing);
        Programs programs = await Programs.StartAsync(["--stop-grace=100ms", .. options]);
        var all = new BrokerPrograms(programs, await NatsServer.StartAsync());
        await File.WriteAllTextAsync(all["client/config"], $"Host {Host}\n  Broker {all.Proxy.Url}\n  AcceptNew yes\n");
        await all.StartServeAsync();
        await Waiting.UntilAsync(async () => (await all.ClientAsync("run", Host, "true")).Status == 0, "the host answers");
        return all;
    }

    public Task<Output> ClientAsync(params string[] arguments) => Programs.ClientAsync(arguments);

    /// <summary>Starts <c>rsh-broker serve</c>, and waits until it is connected.</summary>
    public async Task StartServeAsync()
    {
        _serve = Programs.Start("rsh-broker", "serve", "--url", Proxy.Url, "--name", Host, "--server", Programs.Host);
        _serve.StandardInput.Close();
        _ = _serve.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        while (await _serve.StandardError.ReadLineAsync().Within() is { } line)
        {
            _log.Add(line);
            if (line.Contains("serving", StringComparison.Ordinal))
                break;
        }

        Assert.False(_serve.HasExited, string.Join('\n', _log));
        _ = _serve.StandardError.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>Kills <c>rsh-broker serve</c> with SIGKILL.</summary>
    public async Task KillServeAsync()
    {
        _serve!.Kill();
        await _serve.WaitForExitAsync().Within();
        _serve.Dispose();
        _serve = null;
    }

    /// <summary>Ends <c>rsh-broker serve</c> with a signal, and returns its exit status.</summary>
    public async Task<int> StopServeAsync(string signal)
    {
        Programs.Signal(_serve!, signal);
        await _serve!.WaitForExitAsync().Within();
        int status = _serve.ExitCode;
        _serve.Dispose();
        _serve = null;
        return status;
    }

    /// <summary>Runs a client to its end.</summary>
    public static Task<Output> EndAsync(Process client, byte[]? input = null) => FleetServer.EndAsync(client, input);

    public async ValueTask DisposeAsync()
    {
        if (_serve is not null)
            await KillServeAsync();
        await Programs.DisposeAsync();
        await Proxy.DisposeAsync();
        await Broker.DisposeAsync();
    }
}
