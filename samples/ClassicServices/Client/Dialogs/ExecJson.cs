using System.Buffers.Binary;
using System.IO.Hashing;
using ClassicServices.Wire;
using RemoteShell.Protocol.Frames;

namespace ClassicServices.Client.Dialogs;

/// <summary>A header tells how long the output is, and what its hash must be, where the server fills that in.</summary>
internal static class ExecJson
{
    public static Dialog Dialog { get; } = new("exec-json", 8080, TalkAsync);

    private static async Task TalkAsync(Place place, Prompt prompt)
    {
        using TcpTalk talk = await TcpTalk.ConnectAsync(place);
        while (await prompt.ReadAsync() is { } line)
        {
            await talk.SendAsync(Characters.Utf8.GetBytes($"{line}\n"));
            int length = BinaryPrimitives.ReadInt32LittleEndian(await talk.ReadAsync(FrameCodec.PrefixLength));
            if (length is < 2 or > JsonHeader.Longest)
                throw new InvalidDataException($"a header of {length} bytes makes no sense");
            JsonHeader header = JsonHeader.Parse(await talk.ReadAsync(length));
            var crc = new Crc32(Crc32ParameterSet.Crc32C);
            await talk.ReadAsync(header.Size, piece =>
            {
                crc.Append(piece.Span);
                prompt.Print(piece.Span);
            });
            prompt.EndLine();
            string computed = new Checksum(crc.GetCurrentHashAsUInt32()).ToString();
            if (header.Hash is { } hash && hash != computed)
                throw new InvalidDataException($"the output is damaged: its hash is {computed}, and should be {hash}");
        }
    }
}
