using System.Net;
using System.Net.Sockets;
using RemoteShell.Client;
using RemoteShell.Client.Forwarding;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Forwarding;

/// <summary>The forwards that run. Disposing closes what they listen on, and ends their connections.</summary>
internal sealed class RunningForwards : IAsyncDisposable
{
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(10);

    private readonly RemoteShellClient _client;
    private readonly ForwardPlan _plan;
    private readonly ForwardingOptions _options;
    private readonly Action<string> _tell;
    private readonly List<IAsyncDisposable> _all = [];
    private readonly List<string> _lines = [];
    private readonly List<string> _chosen = [];
    private readonly List<(int Port, ForwardTarget Target)> _remotePorts = [];

    private RunningForwards(RemoteShellClient client, ForwardPlan plan, ForwardingOptions options, Action<string> tell)
        => (_client, _plan, _options, _tell) = (client, plan, options, tell);

    /// <summary>A line for each of them that says from where it leads to where.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The ports that the server has chosen, and where they lead.</summary>
    public IReadOnlyList<(int Port, ForwardTarget Target)> RemotePorts => _remotePorts;

    /// <summary>Those of the lines whose port this machine has chosen.</summary>
    public IReadOnlyList<string> Chosen => _chosen;

    /// <summary>Starts the forwards.</summary>
    /// <param name="client">The connection to the server. It must outlive them.</param>
    /// <param name="plan">The forwards.</param>
    /// <param name="options">What happens while the connection to the server is lost.</param>
    /// <param name="tell">Told of forwards and connections that fail. It must not block.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="FormatException">An address is wrong.</exception>
    /// <exception cref="RemoteShellException">One cannot be set up, and the plan says that this ends the program.</exception>
    public static async Task<RunningForwards> StartAsync(
        RemoteShellClient client,
        ForwardPlan plan,
        ForwardingOptions options,
        Action<string> tell,
        CancellationToken cancellationToken)
    {
        var running = new RunningForwards(client, plan, options with { Failed = tell }, tell);
        try
        {
            await running.StartAsync(cancellationToken);
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    /// <summary>Keeps the connection to the server, and connects again when it is lost, until the token is cancelled.</summary>
    /// <exception cref="OperationCanceledException">The token is cancelled.</exception>
    /// <exception cref="RemoteShellException">The connection cannot be restored, and the plan says that this ends the program.</exception>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _client.PingAsync(cancellationToken);
            }
            catch (ConnectionLostException)
            {
                // The next ping connects again.
                continue;
            }
            catch (ConnectFailedException e) when (_plan.Failure == ForwardFailure.IsTold)
            {
                _tell(e.Message);
            }

            await Task.Delay(PingInterval, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable one in _all)
            await one.DisposeAsync();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (ForwardSpecification forward in _plan.Local)
            await TryAsync(() => StartLocal(forward));
        foreach (ListenPoint listen in _plan.Dynamic)
            await TryAsync(() => StartDynamic(listen));
        foreach (ForwardSpecification forward in _plan.Remote)
            await TryAsync(() => StartRemoteAsync(forward, cancellationToken));
    }

    private async Task TryAsync(Func<Task> start)
    {
        try
        {
            await start();
        }
        catch (Exception e) when (e is RemoteShellException or FormatException && _plan.Failure == ForwardFailure.IsTold)
        {
            _tell(e.Message);
        }
        catch (CommandNotStartedException e)
        {
            // Its status would look like that of a command.
            throw new RemoteShellException(e.Message, e) { Hint = e.Hint };
        }
    }

    private Task StartLocal(ForwardSpecification forward)
    {
        LocalForwarder started = Listening(forward.Listen, place => LocalForwarder.Start(_client, place, forward.Target, _options));
        _all.Add(started);
        Add($"forwarding {started.Address} to {forward.Target}", forward.Listen);
        return Task.CompletedTask;
    }

    private Task StartDynamic(ListenPoint listen)
    {
        SocksForwarder started = Listening(listen, place => SocksForwarder.Start(_client, place, _options));
        _all.Add(started);
        Add($"forwarding {started.Address} as a SOCKS proxy", listen);
        return Task.CompletedTask;
    }

    private async Task StartRemoteAsync(ForwardSpecification forward, CancellationToken cancellationToken)
    {
        RemoteForwarder started = await RemoteForwarder.StartAsync(
            _client, forward.Listen.AtServer(), forward.Target, _options, cancellationToken);
        _all.Add(started);
        _lines.Add($"forwarding {started.Address} of the server to {forward.Target}");
        if (forward.Listen is { Path: null, Port: 0 } && started.Port is { } port)
            _remotePorts.Add((port, forward.Target));
    }

    private void Add(string line, ListenPoint listen)
    {
        _lines.Add(line);
        if (listen is { Path: null, Port: 0 })
            _chosen.Add(line);
    }

    private T Listening<T>(ListenPoint listen, Func<EndPoint, T> start)
    {
        EndPoint place = listen.OnThisMachine(_plan.UsualAddress);
        try
        {
            return start(place);
        }
        catch (SocketException e)
        {
            string hint = listen.Path is null ? "choose another port" : "choose another path, or remove the file";
            throw new RemoteShellException($"cannot listen on {place}: {e.Message}", e) { Hint = hint };
        }
    }
}
