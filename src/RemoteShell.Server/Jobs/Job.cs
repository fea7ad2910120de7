using System.Diagnostics;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Jobs;

/// <summary>One command: who asked for it, what it has written so far, and how it ended.</summary>
internal sealed class Job : IDisposable
{
    private readonly IJobBody _body;
    private readonly CancellationTokenSource _ending = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private EndCause? _cause;

    /// <param name="id">Of the client's making.</param>
    /// <param name="owner">The key that asked.</param>
    /// <param name="body">What runs.</param>
    /// <param name="logCapacity">Bytes of each output stream that are kept until they are acknowledged.</param>
    public Job(string id, PublicKey owner, IJobBody body, long logCapacity)
    {
        (Id, Owner, _body) = (id, owner, body);
        Streams = body.Streams.ToDictionary(name => name, _ => new ByteLog(logCapacity), StringComparer.Ordinal);
    }

    public string Id { get; }

    public PublicKey Owner { get; }

    /// <summary>What the job writes, by the stream's name.</summary>
    public IReadOnlyDictionary<string, ByteLog> Streams { get; }

    /// <summary>The command as people know it.</summary>
    public string Command => _body.Command;

    /// <summary>Since the job was made; at its end, how long it took.</summary>
    public TimeSpan Duration => _clock.Elapsed;

    /// <summary>The server's own reason to end the job; null while there is none. The first one stays.</summary>
    public EndCause? Cause => Volatile.Read(ref _cause);

    /// <summary>Cancelled when the server wants the job to end; <see cref="Cause"/> then says why.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>Runs the job to its end. Every stream is complete when this returns.</summary>
    public async Task<JobOutcome> RunAsync(JobInput? input)
    {
        try
        {
            return await _body.RunAsync(this, input);
        }
        finally
        {
            _clock.Stop();
            foreach (ByteLog log in Streams.Values)
                log.Complete();
        }
    }

    /// <summary>Ends the job for the server's own reason.</summary>
    public void End(EndCause cause)
    {
        if (Interlocked.CompareExchange(ref _cause, cause, null) is null)
            _ending.Cancel();
    }

    /// <summary>Sends a signal to all that runs for the job; false where nothing does.</summary>
    public bool Signal(int number) => _body.Signal(number);

    /// <summary>Gives the logs' memory back; the job must have ended, and nobody may read. A reason to end it may still come, and finds nothing to do.</summary>
    public void Dispose()
    {
        foreach (ByteLog log in Streams.Values)
            log.Dispose();
    }
}
