using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Protocol.Broadcasts;

/// <summary>Who sent a signed request, read from its payload although the rest may be of a later version.</summary>
public sealed class BroadcastSender
{
    private BroadcastSender(PublicKey key, string run) => (Key, Run) = (key, run);

    /// <summary>The key that must have signed the request.</summary>
    public PublicKey Key { get; }

    /// <summary>The run's id. See <see cref="JobId"/>.</summary>
    public string Run { get; }

    /// <summary>Reads the two fields.</summary>
    /// <exception cref="BroadcastException">The payload is not JSON, or one of the fields is missing or not valid.</exception>
    public static BroadcastSender Decode(ReadOnlySpan<byte> payload)
    {
        SenderFields fields = StrictJson.Read(payload, BroadcastJson.Default.SenderFields);
        if (WireRange.Job("run", fields.Run) is { } fault)
            throw new BroadcastException(fault);
        return new(KeyText.Parse(fields.Key) ?? throw new BroadcastException(KeyText.Fault), fields.Run);
    }
}
