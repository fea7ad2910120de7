using RemoteShell.Server.Chat;

namespace RemoteShell.Server.Tests.Chat;

public class RoomHistoryTests
{
    [Fact]
    public async Task History_keeps_the_last_bytes_and_reports_offsets_that_it_lacks()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var history = new RoomHistory();
        long begin = history.End;
        byte[] line = new byte[1000];
        for (int i = 0; i < 1000; i++)
        {
            line[0] = (byte)i;
            history.Append([.. line], "said");
            history.Append([], "joined");
        }

        Assert.InRange(history.End - history.Start, RoomHistory.Capacity - 1000, RoomHistory.Capacity);
        Assert.Equal(begin + 1_000_000, history.End);
        Assert.Null(await history.ReadAsync(history.Start - 1, token));
        Assert.Null(await history.ReadAsync(history.End + 1, token));
        Assert.Equal(600, (await history.ReadAsync(history.End - 600, token))!.Value.Length);
        Assert.Equal(unchecked((byte)998), (await history.ReadAsync(history.Tail(2, "said"), token))!.Value.Span[0]);
        Task<ReadOnlyMemory<byte>?> next = history.ReadAsync(history.End, token);
        Assert.False(next.IsCompleted);
        history.Append([1, 2, 3], "said");
        Assert.Equal([1, 2, 3], (await next.Within())!.Value.ToArray());
    }
}
