using System.Diagnostics;
using RemoteShell.Client;
using RemoteShell.Fleet;

namespace RemoteShell.EndToEnd.Fleet;

/// <summary>A controller that is killed at any moment is followed by another one, and each command has run once.</summary>
public sealed class KilledControllerTests
{
    private static readonly int Jobs = Programs.AreNative ? 300 : 40;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, TestSize.Of(normal: Programs.AreNative ? 2 : 1, full: 20))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Each_side_effect_happens_once_and_all_output_is_there(int seed)
    {
        var random = new Random(seed);
        await using FleetServer server = await FleetServer.StartAsync();
        string side = server["side"];
        string command = $"echo x >> {side}/$(echo $SSH_CONNECTION | cut -d' ' -f3); seq 1 2000; sleep 0.{random.Next(10)}; echo error >&2";
        Directory.CreateDirectory(side);
        int first = random.Next(Jobs), width = Jobs / 10;
        using (Process client = server.Start("--fanout", "40", $"127.0.[1-10].[1-{width}]:{server.Port}", command))
        {
            KeptRun begun = await server.OnlyRunAsync();
            await KillWhenBegunAsync(client, side, first);
            Assert.Equal(Jobs, begun.Targets.Count);
        }

        string id = server.LastRun().Record.Id;
        for (int i = random.Next(1, 3); i > 0; i--)
        {
            using Process client = server.Programs.Start("rsh-client", "runs", "resume", id);
            first = random.Next(first, Jobs);
            await KillWhenBegunAsync(client, side, first);
        }

        Output output = await server.ClientAsync("runs", "resume", id);
        Assert.True(output.Status == 0, output.Error);
        Assert.EndsWith($"rsh-client: {Jobs} of {Jobs} hosts are ok (run {id})\n", output.Error);
        string[] files = Directory.GetFiles(side);
        Assert.Equal(Jobs, files.Length);
        Assert.All(files, file => Assert.Equal("x\n", File.ReadAllText(file)));

        KeptRun run = server.Store.Open(id);
        Assert.Equal(RunState.Ended, run.State);
        Assert.Equal(Jobs, run.Verdicts.Count(verdict => verdict.Kind == VerdictKind.Ok));
        string all = string.Concat(Enumerable.Range(1, 2000).Select(i => $"{i}\n"));
        foreach (RunTarget target in run.Targets)
        {
            Assert.Equal(all, await ReadAsync(run, target, OutputStream.StandardOutput));
            Assert.Equal("error\n", await ReadAsync(run, target, OutputStream.StandardError));
        }

        await server.NoJobAsync("--running");
    }

    // A client that has ended by itself by then is killed in vain, which is a moment too.
    private static async Task KillWhenBegunAsync(Process client, string side, int count)
    {
        _ = client.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        _ = client.StandardError.BaseStream.CopyToAsync(Stream.Null);
        await Waiting.Until(
            () => client.HasExited || Directory.EnumerateFiles(side).Count() >= count,
            $"{count} commands have begun, or the client has ended");
        await FleetServer.KillAsync(client);
    }

    private static async Task<string> ReadAsync(KeptRun run, RunTarget target, OutputStream stream)
    {
        using var reader = new StreamReader(run.OpenOutput(target.Host, stream));
        return await reader.ReadToEndAsync();
    }
}
