using System.Net.Sockets;
using System.Text;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Forwarding;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>A forwarded connection as a job: standard input goes to the target, and what the target sends is standard output.</summary>
/// <param name="target">The target, for people.</param>
/// <param name="connect">Connects; throws <see cref="ForwardingException"/> if it cannot.</param>
/// <param name="log">Logs the connection.</param>
internal sealed class ConnectRunner(string target, Func<CancellationToken, Task<Socket>> connect, ForwardingLog log) : IJobRunner
{
    private const int NotStarted = 126;
    private const int Failed = 1;

    private readonly TaskCompletionSource<bool> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<string> Streams => ["stdout", "stderr"];

    public Task<bool> BegunAsync() => _begun.Task;

    public async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        try
        {
            using Socket socket = await connect(job.Stopping);
            _begun.TrySetResult(true);
            log.Connected(target);
            JobOutcome outcome = await CarryAsync(job, input, socket);
            log.Disconnected(target, job.Input?.Taken.Total ?? 0, job.Buffer("stdout").Length);
            return outcome;
        }
        catch (ForwardingException e)
        {
            return JobOutcome.NeverStarted(NotStarted, e.Message) with { Fault = e.Fault };
        }
        catch (OperationCanceledException) when (job.Cause is { } cause)
        {
            return JobOutcome.NeverStarted(NotStarted, cause.Reason);
        }
        finally
        {
            _begun.TrySetResult(false);
        }
    }

    // A connection is ended, not interrupted.
    public bool Signal(int number) => false;

    private static async Task<JobOutcome> CarryAsync(Job job, JobInput? input, Socket socket)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(job.Stopping);
        Task sending = SendAsync(input, socket, over.Token), receiving = ReceiveAsync(socket, job, over.Token);
        try
        {
            // An end in one direction does not end the other; a failure ends both. A target that only reads no more may still send.
            Task first = await Task.WhenAny(sending, receiving);
            if (first == receiving || !IsOnlyDeaf(sending, socket))
                await first;
            await receiving;
            await sending;
            return new(Outcome.Exited, 0);
        }
        catch (OperationCanceledException) when (job.Cause is { } cause)
        {
            await TellAsync(job, cause.Reason);
            return JobOutcome.Of(new(Failed), cause);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            string reason = $"the connection was reset: {e.Message}";
            await TellAsync(job, reason);
            return new(Outcome.Exited, Failed) { Reason = reason };
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(sending, receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // Both directions have ended, or the target must learn that bytes are missing.
            if (!sending.IsCompletedSuccessfully || !receiving.IsCompletedSuccessfully)
                socket.Close(0);
        }
    }

    // Of a unix socket, whose target can end its reading alone. Of TCP a failure to send is a reset.
    private static bool IsOnlyDeaf(Task sending, Socket socket)
        => socket.AddressFamily == AddressFamily.Unix
            && sending.Exception?.InnerException?.InnerException is SocketException { SocketErrorCode: SocketError.Shutdown };

    // Standard output ends now too, and the client must not take that for the end of the connection's bytes.
    private static async Task TellAsync(Job job, string reason)
    {
        ReplayBuffer error = job.Buffer("stderr");
        if (!error.IsComplete)
            await error.AppendAsync(Encoding.UTF8.GetBytes(reason));
    }

    private static async Task SendAsync(JobInput? input, Socket socket, CancellationToken over)
    {
        if (input is not null)
        {
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            await input(stream, over);
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task ReceiveAsync(Socket socket, Job job, CancellationToken over)
    {
        ReplayBuffer buffer = job.Buffer("stdout");
        while (true)
        {
            // Waits without memory: many connections are idle.
            await socket.ReceiveAsync(Memory<byte>.Empty, over);
            Memory<byte> room = await buffer.GetMemoryAsync(over);
            int count = await socket.ReceiveAsync(room, over);
            if (count == 0)
                break;
            buffer.Commit(count);
        }

        // Nothing went wrong up to the end of the connection's bytes.
        job.Buffer("stderr").Complete();
        buffer.Complete();
    }
}
