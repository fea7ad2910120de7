using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>A job that this client started, or looks on at.</summary>
public sealed class RemoteJob
{
    private readonly Conversation _conversation;

    internal RemoteJob(Conversation conversation, string id, Task<CommandResult> completion) => (_conversation, Id, Completion) = (conversation, id, completion);

    /// <summary>The job's id.</summary>
    public string Id { get; }

    /// <summary>The offsets at which the streams begin here; empty for a job that was started here, whose streams begin at 0.</summary>
    public IReadOnlyDictionary<string, long> Begins { get; internal init; } = new Dictionary<string, long>();

    /// <summary>The result, once the command has ended and every byte of its output is delivered and verified, however often the connection was lost meanwhile.</summary>
    /// <remarks>Fails with <see cref="UnverifiedOutputException"/>, <see cref="ConnectionLostException"/>, or whatever the target streams threw.</remarks>
    public Task<CommandResult> Completion { get; }

    /// <summary>Sends a signal to the command's process group, as soon as there is a connection; after the end it does nothing.</summary>
    /// <param name="name">Without SIG: <c>INT</c>, <c>TERM</c>, …</param>
    public void Signal(string name) => _conversation.Post(new Signal { Name = name });
}
