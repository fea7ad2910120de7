using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;
using RemoteShell.Testing.Hostile;

namespace RemoteShell.Server.Tests.Files;

/// <summary>The answer of a server to the records of a raw peer.</summary>
/// <param name="Code">The status of the job.</param>
/// <param name="Reason">Why the server ended it; empty: it did not.</param>
/// <param name="Records">The records that it sent.</param>
internal sealed record RawTransfer(int Code, string Reason, IReadOnlyList<JsonElement> Records)
{
    /// <summary>The outcomes that are failures, with their reasons.</summary>
    public IReadOnlyList<string> Failures =>
    [
        .. Records.Where(record => TypeOf(record) == "outcome" && record.GetProperty("outcome").GetString() == "Failed")
            .Select(record => record.GetProperty("reason").GetString()!),
    ];

    /// <summary>Sends bytes as standard input of a job for files, ends it, and reads up to the end of the job.</summary>
    /// <param name="peer">The connection, on which both sides have said hello.</param>
    /// <param name="channel">A number that was not used on it.</param>
    /// <param name="bytes">The records.</param>
    public static async Task<RawTransfer> RunAsync(RawPeer peer, uint channel, byte[] bytes)
    {
        await peer.SendAsync(Open(channel));
        await peer.ReadAsync("opened");
        int offset = 0;
        foreach (byte[] piece in bytes.Chunk(200_000))
        {
            await peer.SendAsync(RawPeer.Data(channel, "stdin", offset, piece));
            offset += piece.Length;
        }

        string end = $"\"stream\":\"stdin\",\"total\":{bytes.Length},\"digest\":\"{Checksum.Of(bytes)}\"";
        await peer.SendAsync(RawPeer.Frame($$"""{"type":"end","channel":{{channel}},{{end}}}"""));
        using MemoryStream output = new(), error = new();
        while (await peer.ReadAsync() is { } frame)
        {
            if (frame.Channel != channel)
                continue;
            if (frame.Type == "data")
                (frame.Header.Contains("\"stderr\"", StringComparison.Ordinal) ? error : output).Write(frame.Body);
            if (frame.Type == "error")
                throw new InvalidDataException(frame.Header);
            if (frame.Type != "result")
                continue;
            int code = JsonDocument.Parse(frame.Header).RootElement.GetProperty("code").GetInt32();
            return new(code, Encoding.UTF8.GetString(error.ToArray()), [.. Parse(output.ToArray())]);
        }

        throw new EndOfStreamException("the server closed before the end of the job");
    }

    /// <summary>Encodes a request for a job for files.</summary>
    public static byte[] Open(uint channel) => RawPeer.Frame(
        $$"""{"type":"open","channel":{{channel}},"request":"exec","job":"{{JobId.New()}}","files":"put","stdin":true}""");

    /// <summary>The type of a record.</summary>
    public static string TypeOf(JsonElement record) => record.GetProperty("type").GetString()!;

    private static IEnumerable<JsonElement> Parse(byte[] bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int text = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
            int body = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4));
            yield return JsonDocument.Parse(bytes.AsMemory(at + RawRecord.PrefixLength, text)).RootElement;
            at += RawRecord.PrefixLength + text + body;
        }
    }
}
