using System.Text;
using RemoteShell.Server.Chat;

namespace RemoteShell.Server.Tests;

public class SpeechTests
{
    [Fact]
    public void Lines_are_the_same_however_the_bytes_are_cut()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("one\r\n\nzwei 好 😀\nthree");
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            List<string> lines = [];
            var (speech, me) = (new LineAssembler(), new object());
            Assert.Equal(0, speech.Begin(me, 0));
            HearAll(speech, me, bytes.AsSpan(0, cut), lines);
            // Another connection goes on in the middle.
            var again = new object();
            Assert.Equal(cut, speech.Begin(again, 0));
            Assert.Equal(-1, speech.Hear(me, bytes, Add(lines)));
            HearAll(speech, again, bytes.AsSpan(cut), lines);
            speech.End(me, Add(lines));
            speech.End(again, Add(lines));
            Assert.Equal(["one", "zwei 好 😀", "three"], lines);
        }
    }

    [Fact]
    public void A_line_of_any_length_is_said_in_parts_and_no_character_is_cut()
    {
        string text = string.Concat(Enumerable.Repeat("好😀x", 5000));
        List<string> lines = [];
        var (speech, me) = (new LineAssembler(), new object());
        speech.Begin(me, 0);
        HearAll(speech, me, Encoding.UTF8.GetBytes($"{text}\n"), lines);
        Assert.Equal(text, string.Concat(lines));
        Assert.All(lines, line => Assert.True(Encoding.UTF8.GetByteCount(line) <= LineAssembler.LongestLine + 3));
    }

    [Fact]
    public void What_is_no_character_is_said_in_parts_as_well()
    {
        List<string> lines = [];
        var (speech, me) = (new LineAssembler(), new object());
        speech.Begin(me, 0);
        HearAll(speech, me, Enumerable.Repeat((byte)0x80, 1_000_000).ToArray(), lines);
        speech.End(me, Add(lines));
        Assert.Equal(1_000_000, lines.Sum(line => line.Length));
        Assert.All(lines, line => Assert.True(line.Length <= LineAssembler.LongestLine + 4));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(400)]
    public async Task Those_who_read_too_slowly_are_told_of_once_and_the_one_who_reads_stays(int slow)
    {
        var room = new Room("room");
        var reader = new ChatConnection("reader", "reader");
        for (int i = 0; i < slow; i++)
            room.Join(new($"{i}", "slow"), 0, null);
        long position = room.Join(reader, 0, null)!.Value;
        var heard = new List<string>();
        for (int i = 0; i < 1000; i++)
        {
            room.Say(reader, new string('x', 1000), i);
            while (position < room.Log.End)
            {
                ReadOnlyMemory<byte> line = (await room.Log.ReadAsync(position, TestContext.Current.CancellationToken))!.Value;
                heard.Add(RemoteShell.Protocol.Messages.MessageCodec.DecodeChatEntry(line.Span[..^1]).Event);
                reader.Position = position += line.Length;
            }
        }

        Assert.Equal(slow, heard.Count(one => one == "dropped"));
        Assert.Equal(1000, heard.Count(one => one == "said"));
        Assert.False(reader.Dropped.IsCancellationRequested);
    }

    private static Action<string, long> Add(List<string> lines) => (line, _) => lines.Add(line);

    private static void HearAll(LineAssembler speech, object speaker, ReadOnlySpan<byte> bytes, List<string> lines)
    {
        while (bytes.Length > 0)
            bytes = bytes[speech.Hear(speaker, bytes, Add(lines))..];
    }

    [Fact]
    public async Task A_rooms_log_keeps_the_last_bytes_and_tells_what_is_forgotten()
    {
        var log = new RoomHistory();
        long begin = log.End;
        byte[] line = new byte[1000];
        for (int i = 0; i < 1000; i++)
        {
            line[0] = (byte)i;
            log.Append([.. line], "said");
            log.Append([], "joined");
        }

        Assert.InRange(log.End - log.Start, RoomHistory.Capacity - 1000, RoomHistory.Capacity);
        Assert.Equal(begin + 1_000_000, log.End);
        Assert.Null(await log.ReadAsync(log.Start - 1, TestContext.Current.CancellationToken));
        Assert.Null(await log.ReadAsync(log.End + 1, TestContext.Current.CancellationToken));
        Assert.Equal(600, (await log.ReadAsync(log.End - 600, TestContext.Current.CancellationToken))!.Value.Length);
        Assert.Equal(unchecked((byte)998), (await log.ReadAsync(log.Tail(2, "said"), TestContext.Current.CancellationToken))!.Value.Span[0]);
        Task<ReadOnlyMemory<byte>?> next = log.ReadAsync(log.End, TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);
        log.Append([1, 2, 3], "said");
        Assert.Equal([1, 2, 3], (await next.Within())!.Value.ToArray());
    }
}
