using System.Net.Sockets;
using RemoteShell.Protocol;

namespace RemoteShell.Client.Forwarding;

/// <summary>Carries connections of this machine by jobs at the server, which go on at the exact byte after a lost connection.</summary>
/// <param name="client">The connection to the server.</param>
/// <param name="options">What happens to the jobs while it is lost, and who learns of failures.</param>
internal sealed class ConnectionCarrier(RemoteShellClient client, ForwardingOptions options)
{
    /// <summary>Carries a connection to its end. Does not throw; a failure resets the connection.</summary>
    /// <param name="local">The connection, which is closed in the end.</param>
    /// <param name="command">The job that carries it.</param>
    /// <param name="name">What the connection is, for people.</param>
    /// <param name="cancellationToken">Resets the connection.</param>
    public async Task CarryAsync(Socket local, RemoteCommand command, string name, CancellationToken cancellationToken)
    {
        var stream = new SocketStream(local, ReadOnlyMemory<byte>.Empty, Task.CompletedTask);
        await GuardAsync(stream, name, async () =>
        {
            RemoteJob job = await StartAsync(stream, command, cancellationToken).ConfigureAwait(false);
            await EndAsync(stream, job, name).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>Starts to carry a connection: returns when the server has connected.</summary>
    /// <exception cref="RequestRefusedException">The server does not permit it.</exception>
    /// <exception cref="CommandNotStartedException">The server cannot connect.</exception>
    public Task<RemoteJob> StartAsync(SocketStream stream, RemoteCommand command, CancellationToken cancellationToken)
    {
        if (options.Traffic is { } traffic)
            stream.CountIn(traffic);
        var streams = new CommandStreams { Input = stream, Output = stream, OutputEnded = stream.EndAsync };
        return client.StartAsync(command.WithDisconnectPolicy(options.OnDisconnect), streams, cancellationToken);
    }

    /// <summary>Carries a connection to its end, and closes it.</summary>
    public async Task EndAsync(SocketStream stream, RemoteJob job, string name)
    {
        CommandResult result = await job.Completion.ConfigureAwait(false);
        if (result is { Outcome: CommandOutcome.Exited, ExitCode: 0 })
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            return;
        }

        // A reset by the target is passed on, and is not a failure of the forwarding.
        if (result.Outcome != CommandOutcome.Exited)
            options.Failed?.Invoke($"{name}: {result.Reason ?? result.OutcomeName}");
        stream.Reset();
    }

    /// <summary>Does what carries a connection. Does not throw; a failure resets the connection.</summary>
    public async Task GuardAsync(SocketStream stream, string name, Func<Task> carry)
    {
        try
        {
            await carry().ConfigureAwait(false);
        }
        catch (RemoteShellException e)
        {
            if (!stream.IsBroken)
                options.Failed?.Invoke($"{name}: {e.Message}");
            stream.Reset();
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One end is gone without an end of its bytes: the other end learns it in the same way.
            stream.Reset();
        }
    }
}
