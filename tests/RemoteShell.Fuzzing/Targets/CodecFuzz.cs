using RemoteShell.Testing.Hostile;

namespace RemoteShell.Fuzzing.Targets;

/// <summary>The frame reader and the codec.</summary>
internal static class CodecFuzz
{
    public static void Run(byte[] input) => CodecTarget.Read(WireInput.Expand(input), maxRead: int.MaxValue);
}
