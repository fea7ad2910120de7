using RemoteShell.Broker.Connections;

namespace RemoteShell.Broker.Tests.Connections;

public sealed class SubjectsTests
{
    [Theory]
    [InlineData("_INBOX.abc")]
    [InlineData("_INBOX_alice.0123")]
    [InlineData("rshx.1")]
    public void Host_answers_on_the_subjects_of_clients(string subject) => Assert.True(Subjects.MayAnswer(subject));

    [Theory]
    [InlineData("")]
    [InlineData("rsh")]
    [InlineData("rsh.open.web7")]
    [InlineData("rsh.anything")]
    [InlineData("$JS.API.STREAM.LIST")]
    [InlineData("$SYS.x")]
    [InlineData("a.*.b")]
    [InlineData("a.>")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a b")]
    [InlineData("a\r\nPUB")]
    [InlineData("ä")]
    public void Host_does_not_answer_on_others(string subject) => Assert.False(Subjects.MayAnswer(subject));

    [Fact]
    public void Host_does_not_answer_on_a_subject_longer_than_a_line_of_the_broker() => Assert.False(Subjects.MayAnswer(new('a', 4000)));
}
