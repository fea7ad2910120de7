using System.Buffers.Text;
using System.Text.Json;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Client.Keeping;

/// <summary>Replaces the channel in a frame's header, and leaves the rest of the header as it is.</summary>
internal static class RenumberedHeader
{
    private const int MaxDigits = 10;

    /// <summary>Appends the header with another channel to a buffer.</summary>
    /// <param name="header">A header that was read as a frame's: a JSON object with one field <c>channel</c>.</param>
    /// <param name="channel">The new number.</param>
    /// <param name="target">Where it goes.</param>
    public static void Append(ReadOnlySpan<byte> header, uint channel, FrameBuffer target)
    {
        (int start, int end) = Find(header);
        target.Append(header[..start]);
        Utf8Formatter.TryFormat(channel, target.GetSpan(MaxDigits), out int digits);
        target.Advance(digits);
        target.Append(header[end..]);
    }

    // Where the number stands. A null stands for no channel, so it is passed over.
    private static (int Start, int End) Find(ReadOnlySpan<byte> header)
    {
        var json = new Utf8JsonReader(header);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isChannel = json.ValueTextEquals("channel"u8);
            json.Read();
            if (isChannel && json.TokenType == JsonTokenType.Number)
                return ((int)json.TokenStartIndex, (int)json.BytesConsumed);
            json.Skip();
        }

        throw new FrameException(Protocol.ErrorCode.BadHeader, "the header has no channel");
    }
}
