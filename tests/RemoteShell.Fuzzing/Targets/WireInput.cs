using RemoteShell.Testing.Hostile;

namespace RemoteShell.Fuzzing.Targets;

/// <summary>The inputs of the targets that read frames. The first byte says what the others are.</summary>
/// <remarks>
/// 0: the bytes on the wire. 1: the decisions of the generator of a hostile client, 2: of a hostile server. So a fuzzer that changes
/// bits of the input changes fields of frames whose lengths and hashes are right.
/// </remarks>
internal static class WireInput
{
    public static byte[] OfClient(Choices choices, int seed) => [0, .. RandomClient.Generate(choices, seed).Bytes];

    public static byte[] OfServer(Choices choices, int seed)
    {
        _ = seed;
        return [0, .. RandomServer.Generate(choices).Bytes];
    }

    public static byte[] OfEither(Choices choices, int seed) => choices.OneIn(3) ? OfServer(choices, seed) : OfClient(choices, seed);

    /// <summary>Returns the bytes on the wire.</summary>
    public static byte[] Expand(byte[] input)
    {
        if (input.Length == 0)
            return input;
        ReadOnlyMemory<byte> rest = input.AsMemory(1);
        return input[0] switch
        {
            1 => RandomClient.Generate(Choices.FromBytes(rest), number: 1).Bytes,
            2 => RandomServer.Generate(Choices.FromBytes(rest)).Bytes,
            _ => rest.ToArray(),
        };
    }
}
