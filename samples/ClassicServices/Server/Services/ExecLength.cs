using System.Buffers.Binary;
using ClassicServices.Server.Commands;
using ClassicServices.Server.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>Runs a command line. The answer is the length of the output, and the output.</summary>
/// <remarks>The length is a C int in the machine's byte order (little-endian).</remarks>
internal static class ExecLength
{
    public static Service Service { get; } = new("exec-length", 8000, "runs a command; answers with the length and the output", HandleAsync)
    {
        RunsCommands = true,
    };

    private static async Task HandleAsync(Conversation client, ConnectedPeers peers, CancellationToken cancellationToken)
    {
        while (await client.ReadMessageAsync(cancellationToken) is { } message)
        {
            string command = Characters.Utf8.GetString(message).TrimEnd('\r', '\n');
            using CommandOutput output = await CommandOutput.RunAsync(command, client, cancellationToken);
            // This is why there is exec-json.
            if (output.Length > int.MaxValue)
                throw new InvalidDataException($"the output has {output.Length} bytes; a C int can state at most {int.MaxValue}");
            var length = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(length, (int)output.Length);
            await client.SendAsync(length);
            await output.SendAsync(client);
        }
    }
}
