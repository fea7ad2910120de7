using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Tests.Jobs;

public class JobOutcomeTests
{
    [Fact]
    public void Names_of_escaped_processes_are_printable_ascii()
    {
        ProcessEntry[] escaped =
        [
            new(5, "my_job-1.x", 'S', 1, 5, 5, "0"),
            new(6, "a\u001b[2J\n中", 'S', 1, 6, 6, "0"),
        ];
        JobOutcome outcome = new JobOutcome(Outcome.Killed, 143) { Reason = "it was killed" }.WithEscaped(escaped);
        Assert.Equal("it was killed; left running, in another session: 5 (my_job-1.x), 6 (a??2J??)", outcome.Reason);
    }
}
