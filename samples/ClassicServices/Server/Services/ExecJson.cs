using ClassicServices.Wire;
using RemoteShell.Protocol.Frames;

namespace ClassicServices.Server.Services;

/// <summary>Runs a command line, and answers with the length of a JSON header, the header, and as many bytes of output as that says: the ancestor of the product's frame.</summary>
internal static class ExecJson
{
    public static Service Service { get; } = new("exec-json", 8080, "runs a command, and answers with a JSON header and output", HandleAsync) { RunsCommands = true };

    private static async Task HandleAsync(Conversation talk, Gathering gathering, CancellationToken cancellationToken)
    {
        while (await talk.ReadMessageAsync(cancellationToken) is { } message)
        {
            using CommandOutput output = await CommandOutput.OfAsync(Characters.Utf8.GetString(message).TrimEnd('\r', '\n'), talk, cancellationToken);
            byte[] header = new JsonHeader(Filename: null, new Checksum(output.Crc).ToString(), output.Length).ToBytes();
            var prefix = new byte[FrameCodec.PrefixLength];
            FrameCodec.WritePrefix(prefix, header.Length);
            await talk.SendAsync((byte[])[.. prefix, .. header]);
            await output.SendAsync(talk);
        }
    }
}
