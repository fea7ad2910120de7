using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Attaches to a job and streams its output to its end.</summary>
/// <remarks>Byte streams out: those of the job. Each digest starts where the stream starts on this channel.</remarks>
public sealed record AttachRequest() : OpenRequest("attach")
{
    /// <summary>The job's id, or a prefix that is unique among the jobs of the same key.</summary>
    public required string Job { get; init; }

    /// <summary>The client's terminal. It takes over a job that has a terminal, and detaches the previous client.</summary>
    /// <remarks>The byte stream <c>stdin</c> then goes in. If absent, or if the job has no terminal, the client is a watcher.</remarks>
    public TerminalRequest? Tty { get; init; }

    /// <summary>With <see cref="Tty"/>, or to take a conversation over: the same as <see cref="ExecRequest.ClientToken"/>.</summary>
    [JsonPropertyName("holder")]
    public string? ClientToken { get; init; }

    /// <summary>Where each stream starts. A stream that is not named starts with the bytes that are written from now on.</summary>
    public IReadOnlyDictionary<string, StreamPosition>? Streams { get; init; }

    internal override string? FindFault()
        => base.FindFault()
        ?? Tty?.Validate()
        ?? WireRange.Length("holder", ClientToken, 0, ExecRequest.MaxTokenLength)
        ?? WireRange.Positions(Streams, "stdout", "stderr");
}
