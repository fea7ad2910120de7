using ClassicServices.Server.Commands;
using ClassicServices.Server.Conversations;
using ClassicServices.Wire;
using RemoteShell.Protocol.Frames;

namespace ClassicServices.Server.Services;

/// <summary>Runs a command line. The answer is the length of a JSON header, the header, and the output.</summary>
/// <remarks>The header states the length of the output. RemoteShell's frame descends from this format.</remarks>
internal static class ExecJson
{
    public static Service Service { get; } = new("exec-json", 8080, "runs a command; answers with a JSON header and output", HandleAsync)
    {
        RunsCommands = true,
    };

    private static async Task HandleAsync(Conversation client, ConnectedPeers peers, CancellationToken cancellationToken)
    {
        while (await client.ReadMessageAsync(cancellationToken) is { } message)
        {
            string command = Characters.Utf8.GetString(message).TrimEnd('\r', '\n');
            using CommandOutput output = await CommandOutput.RunAsync(command, client, cancellationToken);
            byte[] header = new JsonHeader(Filename: null, new Checksum(output.Crc).ToString(), output.Length).ToBytes();
            var prefix = new byte[FrameCodec.PrefixLength];
            FrameCodec.WritePrefix(prefix, header.Length);
            await client.SendAsync((byte[])[.. prefix, .. header]);
            await output.SendAsync(client);
        }
    }
}
