using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>A command that has been started.</summary>
public sealed class RemoteJob
{
    private readonly Channel _channel;

    internal RemoteJob(Channel channel, string id, Task<CommandResult> completion) => (_channel, Id, Completion) = (channel, id, completion);

    /// <summary>The job's id.</summary>
    public string Id { get; }

    /// <summary>The result, once the command has ended and every byte of its output is delivered and verified.</summary>
    /// <remarks>Fails with <see cref="UnverifiedOutputException"/>, <see cref="ConnectionException"/>, or whatever the target streams threw.</remarks>
    public Task<CommandResult> Completion { get; }

    /// <summary>Sends a signal to the command's process group; after the end it does nothing.</summary>
    /// <param name="name">Without SIG: <c>INT</c>, <c>TERM</c>, …</param>
    public void Signal(string name) => _channel.Post(new Signal { Name = name });
}
