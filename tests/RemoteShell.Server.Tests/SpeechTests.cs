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
            var (speech, me) = (new Speech(), new object());
            Assert.Equal(0, speech.Begin(me, 0));
            Assert.True(speech.Hear(me, bytes.AsSpan(0, cut), Add(lines)));
            // Another connection goes on in the middle.
            var again = new object();
            Assert.Equal(cut, speech.Begin(again, 0));
            Assert.False(speech.Hear(me, bytes, Add(lines)));
            Assert.True(speech.Hear(again, bytes.AsSpan(cut), Add(lines)));
            speech.End(me, Add(lines));
            speech.End(again, Add(lines));
            Assert.Equal(["one", "zwei 好 😀", "three"], lines);
        }
    }

    private static Action<string, long> Add(List<string> lines) => (line, _) => lines.Add(line);

    [Fact]
    public void A_line_of_any_length_is_said_in_parts_and_no_character_is_cut()
    {
        string text = string.Concat(Enumerable.Repeat("好😀x", 5000));
        List<string> lines = [];
        var (speech, me) = (new Speech(), new object());
        speech.Begin(me, 0);
        speech.Hear(me, Encoding.UTF8.GetBytes($"{text}\n"), Add(lines));
        Assert.Equal(text, string.Concat(lines));
        Assert.All(lines, line => Assert.True(Encoding.UTF8.GetByteCount(line) <= Speech.LongestLine + 3));
    }

    [Fact]
    public async Task A_rooms_log_keeps_the_last_bytes_and_tells_what_is_forgotten()
    {
        var log = new RoomLog();
        long begin = log.End;
        byte[] line = new byte[1000];
        for (int i = 0; i < 1000; i++)
        {
            line[0] = (byte)i;
            log.Append([.. line]);
        }

        Assert.InRange(log.End - log.Start, RoomLog.Capacity - 1000, RoomLog.Capacity);
        Assert.Equal(begin + 1_000_000, log.End);
        Assert.Null(await log.ReadAsync(log.Start - 1, TestContext.Current.CancellationToken));
        Assert.Null(await log.ReadAsync(log.End + 1, TestContext.Current.CancellationToken));
        Assert.Equal(600, (await log.ReadAsync(log.End - 600, TestContext.Current.CancellationToken))!.Value.Length);
        Assert.Equal(unchecked((byte)998), (await log.ReadAsync(log.Tail(2), TestContext.Current.CancellationToken))!.Value.Span[0]);
        Task<ReadOnlyMemory<byte>?> next = log.ReadAsync(log.End, TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);
        log.Append([1, 2, 3]);
        Assert.Equal([1, 2, 3], (await next.Within())!.Value.ToArray());
    }
}
