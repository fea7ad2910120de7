using System.Buffers.Binary;
using System.IO.Hashing;
using ClassicServices.Client.Conversations;
using ClassicServices.Wire;
using RemoteShell.Protocol.Frames;

namespace ClassicServices.Client.Dialogs;

/// <summary>A header states the length of the output, and its checksum, if the server fills that in.</summary>
internal static class ExecJson
{
    public static Dialog Dialog { get; } = new("exec-json", 8080, RunAsync);

    private static async Task RunAsync(Target target, Prompt prompt)
    {
        using TcpConnection server = await TcpConnection.OpenAsync(target);
        while (await prompt.ReadAsync() is { } line)
        {
            await server.SendAsync(Characters.Utf8.GetBytes($"{line}\n"));
            int length = BinaryPrimitives.ReadInt32LittleEndian(await server.ReadAsync(FrameCodec.PrefixLength));
            if (length is < 2 or > JsonHeader.MaxBytes)
                throw new InvalidDataException($"a header cannot have {length} bytes");
            JsonHeader header = JsonHeader.Parse(await server.ReadAsync(length));
            var crc = new Crc32(Crc32ParameterSet.Crc32C);
            await server.ReadAsync(header.Size, bytes =>
            {
                crc.Append(bytes.Span);
                prompt.Print(bytes.Span);
            });
            prompt.EndLine();
            string computed = new Checksum(crc.GetCurrentHashAsUInt32()).ToString();
            if (header.Hash is { } hash && hash != computed)
                throw new InvalidDataException($"the output is damaged: its checksum is {computed}, and the header says {hash}");
        }
    }
}
