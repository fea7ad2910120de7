using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Forwarding;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Listens as a job: standard output has a line for the address, and one for each accepted connection.</summary>
/// <param name="place">Where to listen.</param>
/// <param name="accepted">Where the connections wait for the jobs that carry them.</param>
/// <param name="log">Logs the listening.</param>
internal sealed class ListenRunner(ListenPlace place, AcceptedSockets accepted, ForwardingLog log) : IJobRunner
{
    private const int NotStarted = 126;

    // Connections that wait for the client. Beyond that the system's queue holds them.
    private const int MaxWaiting = 128;

    private static readonly TimeSpan LeastWaitTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource<bool> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _places = new(MaxWaiting, MaxWaiting);

    // Held while a line is written: all sockets write to the same output.
    private readonly SemaphoreSlim _writing = new(1, 1);
    private long _count;

    public IReadOnlyList<string> Streams => ["stdout", "stderr"];

    public Task<bool> BegunAsync() => _begun.Task;

    public async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        try
        {
            using ListeningSockets listening = await ListeningSockets.OpenAsync(place, job.Stopping);
            _begun.TrySetResult(true);
            string address = listening.Text;
            log.Listening(place, address);
            try
            {
                await ServeAsync(job, listening);
            }
            finally
            {
                log.Closed(address, Interlocked.Read(ref _count));
            }

            return JobOutcome.Of(new(0), job.Cause);
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
            accepted.ResetOf(job.Id);
        }
    }

    // A listening is ended, not interrupted.
    public bool Signal(int number) => false;

    private async Task ServeAsync(Job job, ListeningSockets listening)
    {
        var lines = new ReplayBufferStream(job.Buffer("stdout"));
        try
        {
            await WriteAsync(lines, new() { Listening = listening.Text }, job.Stopping);
            await Task.WhenAll(listening.Sockets.Select(socket => AcceptAsync(job, socket, listening.Text, lines)));
        }
        catch (OperationCanceledException) when (job.Stopping.IsCancellationRequested)
        {
            // The job is being ended.
        }
    }

    private async Task AcceptAsync(Job job, Socket listening, string address, ReplayBufferStream lines)
    {
        while (true)
        {
            await _places.WaitAsync(job.Stopping);
            try
            {
                Socket socket = await listening.AcceptAsync(job.Stopping);
                string peer = PeerOf(socket);
                if (!log.TryAccept(peer.Length > 0 ? peer : address))
                {
                    socket.Close(0);
                    _places.Release();
                    continue;
                }

                string id = accepted.Add(job.Id, job.Owner, socket, WaitTimeOf(job), () => _places.Release());
                Interlocked.Increment(ref _count);
                await WriteAsync(lines, new() { Accepted = id, Peer = peer }, job.Stopping);
            }
            catch (SocketException)
            {
                // Such as no free descriptor: connections wait in the queue until one is free.
                _places.Release();
                await Task.Delay(RetryPause, job.Stopping);
            }
        }
    }

    private async Task WriteAsync(ReplayBufferStream lines, ListenEntry entry, CancellationToken stopping)
    {
        await _writing.WaitAsync(stopping);
        try
        {
            await lines.WriteAsync((byte[])[.. MessageCodec.EncodeListenEntry(entry), (byte)'\n'], stopping);
        }
        finally
        {
            _writing.Release();
        }
    }

    // At least as long as the job waits for its client.
    private static TimeSpan WaitTimeOf(Job job) => OnDisconnect.Parse(job.Record.OnDisconnect).Time switch
    {
        null => Timeout.InfiniteTimeSpan,
        { } kept => kept > LeastWaitTime ? kept : LeastWaitTime,
    };

    // Empty for a unix socket, and for a peer that has left already.
    private static string PeerOf(Socket socket)
    {
        try
        {
            if (socket.RemoteEndPoint is not IPEndPoint peer)
                return "";
            socket.NoDelay = true;
            return peer.ToString();
        }
        catch (SocketException)
        {
            return "";
        }
    }
}
