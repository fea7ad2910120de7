using System.Collections.Concurrent;
using System.Text.Json;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Tests.Hostile;

/// <summary>What a server has sent to one raw client.</summary>
internal sealed class HeardFrames
{
    private readonly ConcurrentQueue<string> _faults = new();

    /// <summary>The types of the frames of each channel; those of the connection have the number 0.</summary>
    public ConcurrentDictionary<uint, ConcurrentQueue<string>> Channels { get; } = new();

    public bool HasPong { get; private set; }

    /// <summary>Whether the server has said its last word. It closes then, or waits a moment for the client to close.</summary>
    public bool IsOver { get; private set; }

    /// <summary>What a server must never send.</summary>
    public IEnumerable<string> Faults => _faults;

    /// <summary>Reads until the server closes.</summary>
    public async Task ReadAsync(RawPeer peer)
    {
        try
        {
            while (await peer.ReadAsync() is { } frame)
                Add(frame.Type, frame.Channel, frame.Header);
        }
        catch (IOException)
        {
            // A reset closes the connection as well.
        }

        IsOver = true;
    }

    private void Add(string type, uint channel, string header)
    {
        Channels.GetOrAdd(channel, _ => new()).Enqueue(type);
        HasPong |= type == "pong" && header.Contains("\"id\":4711", StringComparison.Ordinal);
        IsOver |= channel == 0 && type is ("goodbye" or "error");
        if (type is "data" or "end" or "window")
            return;
        try
        {
            if (MessageCodec.Decode(type, System.Text.Encoding.UTF8.GetBytes(header)) is null)
                _faults.Enqueue($"a frame of an unknown type: {header}");
        }
        catch (FrameException e)
        {
            _faults.Enqueue($"a frame that a client does not accept ({e.Message}): {header}");
        }

        using JsonDocument json = JsonDocument.Parse(header);
        if (type is ("error" or "refused") && json.RootElement.GetProperty("code").GetString() is "internal" or null)
            _faults.Enqueue($"an internal error: {header}");
    }
}
