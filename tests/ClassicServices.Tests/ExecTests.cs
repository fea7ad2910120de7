using System.Buffers.Binary;
using System.Text;
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
    public async Task Exec_length_tells_the_length_and_then_the_output(string command, string output)
    {
        await using var server = RunningServices.Start("exec-length");
        using RawClient client = await server.ConnectAsync();
        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync(i == 0 ? command : command + "\n");
            Assert.Equal(Encoding.UTF8.GetByteCount(output), BinaryPrimitives.ReadInt32LittleEndian(await client.ReadAsync(4)));
            await client.SeesAsync(output);
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Exec_json_tells_size_and_hash_in_a_header(string command, string output)
    {
        await using var server = RunningServices.Start("exec-json", gap: RunningServices.Lines);
        using RawClient client = await server.ConnectAsync();
        await client.TrickleAsync(Encoding.UTF8.GetBytes(command + "\n"));
        byte[] header = await client.ReadAsync(BinaryPrimitives.ReadInt32LittleEndian(await client.ReadAsync(4)));
        using var json = System.Text.Json.JsonDocument.Parse(header);
        Assert.Equal(["filename", "hash", "size"], json.RootElement.EnumerateObject().Select(field => field.Name));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, json.RootElement.GetProperty("filename").ValueKind);
        Assert.Equal(Encoding.UTF8.GetByteCount(output), json.RootElement.GetProperty("size").GetInt32());
        byte[] body = await client.ReadAsync(Encoding.UTF8.GetByteCount(output));
        Assert.Equal(output, Encoding.UTF8.GetString(body));
        Assert.Equal(Checksum.Of(body).ToString(), json.RootElement.GetProperty("hash").GetString());
    }

    [Fact]
    public async Task Output_of_any_size_comes_whole()
    {
        await using var server = RunningServices.Start("exec-json");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("seq 1 1000000\n");
        JsonHeader header = JsonHeader.Parse(await client.ReadAsync(BinaryPrimitives.ReadInt32LittleEndian(await client.ReadAsync(4))));
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
    public async Task Commands_that_stick_together_are_run_one_by_one()
    {
        await using var server = RunningServices.Start("exec-length");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("echo one\necho two\n");
        foreach (string output in (string[])["one\n", "two\n"])
        {
            Assert.Equal(4, BinaryPrimitives.ReadInt32LittleEndian(await client.ReadAsync(4)));
            await client.SeesAsync(output);
        }
    }

    [Fact]
    public async Task Who_has_closed_its_half_still_gets_the_answer()
    {
        await using var server = RunningServices.Start("exec-raw");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("echo hello");
        client.EndSending();
        Assert.Equal("hello\n", Encoding.UTF8.GetString(await client.ReadToEndAsync()));
    }

    [Fact]
    public async Task The_command_of_a_client_that_vanished_is_ended_and_leaves_nothing_behind()
    {
        await using var server = RunningServices.Start("exec-raw");
        using var folder = new TemporaryFolder();
        string pid = Path.Combine(folder.Path, "pid");
        RawClient client = await server.ConnectAsync();
        await client.SendAsync($"echo $$ > {pid}.part; mv {pid}.part {pid}; exec sleep 1000\n");
        await Waiting.Until(() => File.Exists(pid), "the command runs");
        client.Reset();
        await Waiting.Until(() => server.Present == 0, "nobody is there");
        await Waiting.Until(() => !Directory.Exists($"/proc/{File.ReadAllText(pid).Trim()}"), "the command has ended");
    }

    [Fact]
    public async Task A_process_left_behind_does_not_hold_the_answer()
    {
        await using var server = RunningServices.Start("exec-length");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("sleep 30 & echo $!\n");
        int length = BinaryPrimitives.ReadInt32LittleEndian(await client.ReadAsync(4));
        int left = int.Parse(Encoding.ASCII.GetString(await client.ReadAsync(length)), System.Globalization.CultureInfo.InvariantCulture);
        System.Diagnostics.Process.GetProcessById(left).Kill();
    }
}
