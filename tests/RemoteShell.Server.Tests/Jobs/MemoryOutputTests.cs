using RemoteShell.Protocol.Channels;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Tests.Jobs;

public class MemoryOutputTests
{
    [Fact]
    public async Task Released_output_is_dropped_also_while_the_command_writes()
    {
        using var output = new MemoryOutput(65_536, "crc32c", tail: 0, new WindowBudget(0));
        await output.Bytes.AppendAsync(new byte[1000]);
        output.Release();
        Assert.Equal((1000, 1000), (output.Start, output.Length));
    }
}
