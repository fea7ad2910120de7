using System.Text.Json;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Client.Results;

/// <summary>Decodes what a server sends inside a byte stream. The streams are verified, but their content can still be invalid.</summary>
internal static class AnswerDecoder
{
    /// <summary>Decodes a value.</summary>
    /// <param name="what">What it should be, for the message: <c>a job</c>.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="decode">Decodes them.</param>
    /// <exception cref="UnverifiedOutputException">The bytes are not such a value.</exception>
    public static T Decode<T>(string what, ReadOnlyMemory<byte> bytes, Func<ReadOnlyMemory<byte>, T> decode)
    {
        try
        {
            return decode(bytes);
        }
        catch (Exception e) when (e is JsonException or FrameException or FormatException or OverflowException or ArgumentException)
        {
            throw new UnverifiedOutputException($"the server sent something that is not {what}: {e.Message}", e);
        }
    }
}
