using System.Buffers.Binary;
using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>Runs a command line, and answers with the length of its output, as a C int in the machine's order (little-endian), and the output.</summary>
internal static class ExecLength
{
    public static Service Service { get; } = new("exec-length", 8000, "runs a command, and answers with length and output", HandleAsync) { RunsCommands = true };

    private static async Task HandleAsync(Conversation talk, Gathering gathering, CancellationToken cancellationToken)
    {
        while (await talk.ReadMessageAsync(cancellationToken) is { } message)
        {
            using CommandOutput output = await CommandOutput.OfAsync(Characters.Utf8.GetString(message).TrimEnd('\r', '\n'), talk, cancellationToken);
            // This is why there is exec-json.
            if (output.Length > int.MaxValue)
                throw new InvalidDataException($"the output has {output.Length} bytes, and a C int can say {int.MaxValue}");
            var length = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(length, (int)output.Length);
            await talk.SendAsync(length);
            await output.SendAsync(talk);
        }
    }
}
