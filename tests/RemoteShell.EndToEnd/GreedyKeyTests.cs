using System.Diagnostics;
using System.Globalization;
using System.Net;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.EndToEnd;

/// <summary>One key asks for as much as it can: the server's memory and disk stay bounded, and the next server starts.</summary>
/// <remarks>
/// The runtime limits the server's heap, so that a server that keeps too much ends. RSH_TEST_SIZE=full makes ten times as many requests.
/// </remarks>
public class GreedyKeyTests
{
    private const long HeapLimit = 512L << 20;

    // What the runtime needs beside the heap, in bytes.
    private const long BesideHeap = 256L << 20;

    private const int MaxJobs = 20;

    private static readonly bool IsFull = Environment.GetEnvironmentVariable("RSH_TEST_SIZE") == "full";

    private static readonly int Requests = IsFull ? 15_000 : 1500;

    // In bytes: the limit of the journal; at the usual size, what so many jobs may take.
    private static readonly long DiskLimit = IsFull ? 320L << 20 : 32L << 20;

    private static readonly Dictionary<string, string> Limited = new()
    {
        ["DOTNET_GCHeapHardLimit"] = HeapLimit.ToString("x", CultureInfo.InvariantCulture),
    };

    private static readonly string[] Options =
    [
        "--max-jobs", $"{MaxJobs}", "--keep-jobs", "300", "--kill-grace", "1s", "--stop-grace", "1s", "--log-level", "warning",
        "--window-memory", "64M",
    ];

    [Fact]
    public async Task One_key_at_every_limit_leaves_memory_and_disk_bounded()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: /proc/PID/status, and detached jobs");
        await using Programs programs = await Programs.StartAsync(Options);
        await programs.KillServerAsync();
        await programs.StartServerInAsync(Limited, Options);
        using Identity key = Identity.LoadOrCreate(Path.Combine(programs.Home, "client", "id_ecdsa.pem"));
        IPEndPoint address = IPEndPoint.Parse(programs.Host);

        await EndedJobsAsync(address, key);
        await using RawPeer running = await RunningJobsAsync(address, key);
        await using RawPeer chatting = await ConversationsAsync(address, key);
        await using RawPeer waiting = await WaitingRequestsAsync(address, key, Path.Combine(programs.Home, "file"));
        await CheckAsync(programs);

        // The processes of the detached jobs have ended, or are ended by the next server.
        await programs.KillServerAsync();
        await programs.StartServerInAsync(Limited, Options);
        await programs.ClientAsync("run", "--accept-new", programs.Host, "true");
        await CheckAsync(programs);
    }

    // Jobs that end at once: with long commands, long arguments, large environments, long reasons, and output that nobody takes.
    private static async Task EndedJobsAsync(IPEndPoint address, Identity key)
    {
        string large = new('<', 200_000);
        string variables = string.Join(',', Enumerable.Range(0, 15_000).Select(i => $"\"{i:x5}\":\"\""));
        string[] forms =
        [
            $"\"builtin\":[\"upper\",\"{large}\"]",
            $"\"builtin\":[\"none{large}\"]",
            $"\"builtin\":[\"upper\",\"x\"],\"env\":{{{variables}}}",
            $"\"builtin\":[\"upper\",\"x\"],\"onDisconnect\":\"keep:{large.Replace('<', '0')}60s\"",
            $"\"command\":\"true\",\"cwd\":\"/{large}\"",
        ];
        for (int done = 0; done < Requests;)
        {
            // Each connection is cut, so that no result is delivered.
            await using RawPeer peer = await RawPeer.ConnectWithAsync(key, address);
            await peer.SendAsync(RawPeer.Frame(RawPeer.Hello));
            for (uint channel = 1; channel < 200 && done < Requests; channel += 2, done++)
            {
                string form = forms[done % forms.Length];
                await peer.SendAsync(RawPeer.Frame(
                    $$"""{"type":"open","channel":{{channel}},"request":"exec","job":"{{JobId.New()}}",{{form}} }"""));
                await NextAsync(peer, "result", "refused", "error");
            }
        }

        await using RawPeer detaching = await RawPeer.ConnectWithAsync(key, address);
        await detaching.SendAsync(RawPeer.Frame(RawPeer.Hello));
        for (uint channel = 1; channel < 80; channel += 2)
        {
            string command = $"true # {large}"[..100_000];
            await detaching.SendAsync(RawPeer.Exec(channel, command, ",\"detach\":true"));
            await NextAsync(detaching, "opened", "refused", "result");
        }
    }

    private static async Task<RawPeer> RunningJobsAsync(IPEndPoint address, Identity key)
    {
        RawPeer peer = await RawPeer.ConnectWithAsync(key, address);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello));
        // Each window has the largest size and is full, and the client acknowledges nothing. Without a limit they take 640 MiB.
        for (uint channel = 1; channel < 4 * MaxJobs; channel += 2)
        {
            string more = $",\"window\":33554432,\"env\":{{\"A\":\"{new string('x', 100_000)}\"}}";
            await peer.SendAsync(RawPeer.Exec(channel, "head -c 100000000 /dev/zero >&2 & exec head -c 100000000 /dev/zero", more));
        }

        return peer;
    }

    private static async Task<RawPeer> ConversationsAsync(IPEndPoint address, Identity key)
    {
        RawPeer peer = await RawPeer.ConnectWithAsync(key, address);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello));
        for (uint channel = 1; channel < 400; channel += 2)
        {
            string name = $"{channel:d4}{new string('n', 60)}";
            await peer.SendAsync(RawPeer.Frame(
                $$"""{"type":"open","channel":{{channel}},"request":"chat","room":"{{name}}","member":"{{name}}"}"""));
            await NextAsync(peer, "opened", "refused");
        }

        for (uint channel = 401; channel < 480; channel += 2)
        {
            string id = $"{channel:d4}{new string('i', 60)}";
            await peer.SendAsync(RawPeer.Frame(
                $$"""{"type":"open","channel":{{channel}},"request":"notify","text":"{{new string('t', 1000)}}","id":"{{id}}"}"""));
        }

        return peer;
    }

    // Files that nobody reads on, watchers with thousands of positions, and messages that nobody takes.
    private static async Task<RawPeer> WaitingRequestsAsync(IPEndPoint address, Identity key, string file)
    {
        await File.WriteAllBytesAsync(file, new byte[1 << 20]);
        RawPeer peer = await RawPeer.ConnectWithAsync(key, address);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello));
        string positions = string.Join(',', Enumerable.Range(0, 8_000).Select(i => $"\"{i:x5}\":{{\"from\":0}}"));
        string signal = new('s', 200_000);
        for (uint channel = 1; channel < 500; channel += 2)
        {
            string request = channel % 4 == 1
                ? $"\"request\":\"get\",\"path\":\"{file}\",\"window\":1"
                : $"\"request\":\"attach\",\"job\":\"0\",\"streams\":{{{positions}}}";
            await peer.SendAsync(RawPeer.Frame($$"""{"type":"open","channel":{{channel}},{{request}} }"""));
            if (channel % 8 == 1)
                await peer.SendAsync(RawPeer.Frame($$"""{"type":"signal","channel":{{channel}},"name":"{{signal}}"}"""));
        }

        return peer;
    }

    private static async Task NextAsync(RawPeer peer, params string[] types)
    {
        (string Type, uint Channel, string Header, byte[] Body)? frame;
        do
        {
            frame = await peer.ReadAsync();
            Assert.True(frame is not null, $"the server has closed the connection, before any of: {string.Join(", ", types)}");
        }
        while (!types.Contains(frame.Value.Type));
    }

    private static async Task CheckAsync(Programs programs)
    {
        // The same key is still served, with what is not at its limit.
        Assert.Equal(0, (await programs.ClientAsync("who", "--accept-new", programs.Host)).Status);
        Assert.False(programs.Server.HasExited);
        Assert.InRange(Resident(programs.Server), 1, HeapLimit + BesideHeap);
        string jobs = Path.Combine(programs.Home, "server", "jobs");
        long disk = new DirectoryInfo(jobs).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        Assert.InRange(disk, 1, DiskLimit);
        Assert.InRange(Directory.GetDirectories(jobs).Length, 0, 300);
    }

    private static long Resident(Process process)
    {
        string line = File.ReadLines($"/proc/{process.Id}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
