using System.Text.Json.Serialization;

namespace RemoteShell.Files.Transfers.Records;

/// <summary>From the sender: something that it cannot send, or does not send.</summary>
internal sealed record FaultRecord : TransferRecord
{
    /// <summary>The path.</summary>
    public required string Path { get; init; }

    /// <summary>The absolute path at the sender, which it does not tell.</summary>
    [JsonIgnore]
    public string? FullPath { get; init; }

    /// <summary>What happened, for people.</summary>
    public required string Text { get; init; }

    /// <summary>Whether it is not a failure: a device, a FIFO, a socket, or a partial file.</summary>
    public bool IsSkipped { get; init; }

    /// <summary>Whether a folder cannot be listed, which is an entry already.</summary>
    public bool IsFolder { get; init; }
}
