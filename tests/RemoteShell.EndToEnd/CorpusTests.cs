namespace RemoteShell.EndToEnd;

/// <summary>Replays the stored inputs of the fuzzers, among them each that once failed.</summary>
public sealed class CorpusTests
{
    public static TheoryData<string> Targets
        => [.. Directory.GetDirectories(Repository.File("tests/RemoteShell.Fuzzing/Corpus")).Select(folder => Path.GetFileName(folder))];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Stored_inputs_of_a_fuzzer_do_not_fail(string target)
    {
        string[] files = Directory.GetFiles(Repository.File($"tests/RemoteShell.Fuzzing/Corpus/{target}"));
        Assert.NotEmpty(files);
        await using var programs = new Programs();
        Output output = await programs.RunAsync("RemoteShell.Fuzzing", ["replay", target, .. files], "");
        Assert.True(output.Status == 0, output.Error);
        Assert.Contains($"{files.Length} stored inputs, no failure", output.Text);
    }
}
