using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ClassicServices.Wire;
using RemoteShell.Protocol.Frames;

namespace ClassicServices.Tests;

public class ExecTests
{
    public static TheoryData<string, string> Commands => new()
    {
        { "echo hello", "hello\n" },
        { "echo out; echo err >&2", "err\n" },
        { "printf '好的'", "好的" },
        { "cat", "" },
        { "exit 3", "" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Exec_length_sends_the_length_and_then_the_output(string command, string output)
    {
        await using var server = RunningServices.Start("exec-length");
        using RawClient client = await server.ConnectAsync();
        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync(i == 0 ? command : command + "\n");
            Assert.Equal(Encoding.UTF8.GetByteCount(output), await ReadLengthAsync(client));
            await client.SeesAsync(output);
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Exec_json_sends_size_and_hash_in_a_header(string command, string output)
    {
        await using var server = RunningServices.Start("exec-json", gap: RunningServices.LongGap);
        using RawClient client = await server.ConnectAsync();
        await client.TrickleAsync(Encoding.UTF8.GetBytes(command + "\n"));
        byte[] header = await client.ReadAsync(await ReadLengthAsync(client));
        using var json = JsonDocument.Parse(header);
        Assert.Equal(["filename", "hash", "size"], json.RootElement.EnumerateObject().Select(field => field.Name));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("filename").ValueKind);
        Assert.Equal(Encoding.UTF8.GetByteCount(output), json.RootElement.GetProperty("size").GetInt32());
        byte[] body = await client.ReadAsync(Encoding.UTF8.GetByteCount(output));
        Assert.Equal(output, Encoding.UTF8.GetString(body));
        Assert.Equal(Checksum.Of(body).ToString(), json.RootElement.GetProperty("hash").GetString());
    }

    [Fact]
    public async Task Exec_json_sends_large_output_completely()
    {
        await using var server = RunningServices.Start("exec-json");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("seq 1 1000000\n");
        JsonHeader header = JsonHeader.Parse(await client.ReadAsync(await ReadLengthAsync(client)));
        Assert.Equal(6_888_896, header.Size);
        byte[] output = await client.ReadAsync((int)header.Size);
        Assert.Equal(header.Hash, Checksum.Of(output).ToString());
        Assert.EndsWith("999999\n1000000\n", Encoding.ASCII.GetString(output[^20..]));
    }

    [Fact]
    public async Task Exec_raw_sends_the_bare_output_and_nothing_for_a_silent_command()
    {
        await using var server = RunningServices.Start("exec-raw");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("echo out; echo err >&2");
        await client.SeesAsync("err\n");
        await client.SendAsync("true\necho after\n");
        await client.SeesAsync("after\n");
    }

    [Fact]
    public async Task Commands_that_arrive_together_run_one_by_one()
    {
        await using var server = RunningServices.Start("exec-length");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("echo one\necho two\n");
        foreach (string output in (string[])["one\n", "two\n"])
        {
            Assert.Equal(4, await ReadLengthAsync(client));
            await client.SeesAsync(output);
        }
    }

    [Fact]
    public async Task A_client_that_closed_its_half_still_gets_the_answer()
    {
        await using var server = RunningServices.Start("exec-raw");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("echo hello");
        client.EndSending();
        Assert.Equal("hello\n", Encoding.UTF8.GetString(await client.ReadToEndAsync()));
    }

    [Fact]
    public async Task The_command_of_a_vanished_client_is_ended()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: looks for the process in /proc");
        await using var server = RunningServices.Start("exec-raw");
        using var folder = new TemporaryFolder();
        string pid = Path.Combine(folder.Path, "pid");
        RawClient client = await server.ConnectAsync();
        await client.SendAsync($"echo $$ > {pid}.part; mv {pid}.part {pid}; exec sleep 1000\n");
        await Waiting.Until(() => File.Exists(pid), "the command runs");
        client.Reset();
        await Waiting.Until(() => server.Connected == 0, "all peers have left");
        await Waiting.Until(() => !Directory.Exists($"/proc/{File.ReadAllText(pid).Trim()}"), "the command has ended");
    }

    [Fact]
    public async Task A_leftover_process_does_not_delay_the_answer()
    {
        await using var server = RunningServices.Start("exec-length");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("sleep 30 & echo $!\n");
        string pid = Encoding.ASCII.GetString(await client.ReadAsync(await ReadLengthAsync(client)));
        Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture)).Kill();
    }

    private static async Task<int> ReadLengthAsync(RawClient client)
        => BinaryPrimitives.ReadInt32LittleEndian(await client.ReadAsync(sizeof(int)));
}
