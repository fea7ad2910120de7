using RemoteShell.Client.Connections;
using RemoteShell.Client.Options;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>A job that this client started, or looks on at.</summary>
public sealed class RemoteJob
{
    private readonly ResumableRequest _conversation;
    private readonly TerminalSize? _size;

    internal RemoteJob(ResumableRequest conversation, string id, Task<CommandResult> completion, TerminalSize? size)
        => (_conversation, Id, Completion, _size) = (conversation, id, completion, size);

    /// <summary>The job's id.</summary>
    public string Id { get; }

    /// <summary>The offsets at which the streams begin here; empty for a job that was started here, whose streams begin at 0.</summary>
    public IReadOnlyDictionary<string, long> Begins { get; internal init; } = new Dictionary<string, long>();

    /// <summary>The result, once the command has ended and every byte of its output is delivered and verified, however often the connection was lost meanwhile.</summary>
    /// <remarks>Fails with <see cref="UnverifiedOutputException"/>, <see cref="ConnectionLostException"/>, or whatever the target streams threw.</remarks>
    public Task<CommandResult> Completion { get; }

    /// <summary>Whether the command has a terminal.</summary>
    public bool HasTerminal { get; internal init; }

    /// <summary>Gives the command's terminal, where this client has it, another size.</summary>
    public void Resize(int columns, int rows)
    {
        if (_size is not null)
            _conversation.PostNow(_size.Change(columns, rows));
    }

    /// <summary>From now on giving up, by the token that it was started with, leaves the command running: nobody is waited for, and it can be attached to. Without a connection its policy decides.</summary>
    public void LeaveRunning() => _conversation.Leaving = Protocol.ErrorCode.Detached;

    /// <summary>Sends a signal to the command's process group, as soon as there is a connection; after the end it does nothing.</summary>
    /// <param name="name">Without SIG: <c>INT</c>, <c>TERM</c>, …</param>
    public void Signal(string name) => _conversation.Post(new SignalMessage { Name = name });
}
