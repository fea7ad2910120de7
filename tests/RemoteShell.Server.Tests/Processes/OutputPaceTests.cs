using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Tests.Processes;

public class OutputPaceTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromMicroseconds(10), Slow = TimeSpan.FromMicroseconds(200);

    [Fact]
    public void Reader_pauses_from_the_third_small_piece_in_quick_succession_on()
    {
        var pace = new OutputPace();
        Assert.Equal([false, false, true, true, true], Enumerable.Range(0, 5).Select(_ => pace.Add(10, Quick)));
    }

    [Fact]
    public void Program_that_answers_in_two_pieces_never_waits_for_a_pause()
    {
        var pace = new OutputPace();
        for (int answer = 0; answer < 100; answer++)
        {
            Assert.False(pace.Add(4, Slow));
            Assert.False(pace.Add(100, Quick));
        }
    }

    [Fact]
    public void Large_pieces_and_a_wait_end_the_succession()
    {
        var pace = new OutputPace();
        foreach ((int count, TimeSpan waited) in (IEnumerable<(int, TimeSpan)>)[(64 * 1024, Quick), (10, Slow)])
        {
            while (!pace.Add(10, Quick))
            {
            }

            Assert.False(pace.Add(count, waited));
            Assert.False(pace.Add(10, Quick));
        }
    }
}
