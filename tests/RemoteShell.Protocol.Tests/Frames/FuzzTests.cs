using RemoteShell.Testing.Hostile;

namespace RemoteShell.Protocol.Tests.Frames;

/// <summary>Feeds what hostile peers send to the reader and the codec. RSH_FUZZ_SEED runs only that seed.</summary>
public class FuzzTests
{
    private static readonly int Runs = TestSize.Of(4_000, 250_000);

    public static TheoryData<int> Starts => FuzzSeed.Given is { } seed ? [seed] : [.. Enumerable.Range(0, 8).Select(i => i * Runs)];

    [Theory]
    [MemberData(nameof(Starts))]
    public void Codec_answers_hostile_conversations_only_with_its_documented_exception(int start)
    {
        for (int seed = start; seed < start + (FuzzSeed.Given is null ? Runs : 1); seed++)
            Check(seed);
    }

    private static void Check(int seed)
    {
        try
        {
            Choices choices = Choices.FromSeed(seed);
            byte[] wire = RandomClient.Generate(choices, seed).Bytes;
            CodecTarget.Read(wire, maxRead: 1 + choices.Next(64));
            CodecTarget.Read(RandomServer.Generate(choices).Bytes, maxRead: 4096);
            MessageShape line = choices.Of(MessageShapes.Lines);
            CodecTarget.ReadLine(line.Name, HostileFrames.WriteLine(line, new(), choices, choices.Next(4)));
        }
        catch (Exception e)
        {
            Assert.Fail($"{FuzzSeed.Variable}={seed}: {e}");
        }
    }
}
