using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Chat;

namespace RemoteShell.Server.Tests.Chat;

public class RoomTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(400)]
    public async Task Slow_readers_are_dropped_once_and_a_fast_reader_stays(int slow)
    {
        var room = new Room("room");
        var reader = new ChatConnection("reader", "reader");
        for (int i = 0; i < slow; i++)
            room.Join(new($"{i}", "slow"), 0, null);
        long position = room.Join(reader, 0, null)!.Value;
        var events = new List<string>();
        for (int i = 0; i < 1000; i++)
        {
            room.Say(reader, new string('x', 1000), i);
            while (position < room.History.End)
            {
                ReadOnlyMemory<byte> line = (await room.History.ReadAsync(position, TestContext.Current.CancellationToken))!.Value;
                events.Add(MessageCodec.DecodeChatEntry(line.Span[..^1]).Event);
                position += line.Length;
                reader.Position = position;
            }
        }

        Assert.Equal(slow, events.Count(one => one == "dropped"));
        Assert.Equal(1000, events.Count(one => one == "said"));
        Assert.False(reader.Dropped.IsCancellationRequested);
    }
}
