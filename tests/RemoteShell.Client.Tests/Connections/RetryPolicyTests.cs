using RemoteShell.Client.Connections;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests.Connections;

public sealed class RetryPolicyTests
{
    [Theory]
    [InlineData(CloseReason.Lost, true)]
    [InlineData(ErrorCode.Silent, true)]
    [InlineData(ErrorCode.Truncated, true)]
    [InlineData(CloseReason.Goodbye, true)]
    [InlineData(ErrorCode.Stopping, true)]
    [InlineData(ErrorCode.Limit, true)]
    [InlineData(ErrorCode.Unauthorized, false)]
    [InlineData(ErrorCode.Version, false)]
    [InlineData(ErrorCode.Idle, false)]
    [InlineData(ErrorCode.Disconnected, false)]
    public void Request_resumes_by_the_reason_its_connection_ended(string code, bool resumes)
    {
        Assert.Equal(resumes, RetryPolicy.MayResume(Ended(code)));
        Assert.Equal(resumes, RetryPolicy.MayStartOver(Ended(code)));
    }

    [Theory]
    [InlineData(ErrorCode.Stopping, true)]
    [InlineData(ErrorCode.BadDigest, false)]
    [InlineData(ErrorCode.TakenOver, false)]
    public void Request_resumes_after_its_channel_failed_only_if_the_server_stops(string code, bool resumes)
    {
        Assert.Equal(resumes, RetryPolicy.MayResume(new ChannelException(code, "text")));
        Assert.False(RetryPolicy.MayStartOver(new ChannelException(code, "text")));
    }

    [Fact]
    public void Request_does_not_resume_after_other_failures()
    {
        Exception[] failures = [new IOException(), new ConnectFailedException("text"), new UnverifiedOutputException("text")];
        Assert.All(failures, failure => Assert.False(RetryPolicy.MayResume(failure)));
    }

    [Theory]
    [InlineData(ErrorCode.Idle, true)]
    [InlineData(CloseReason.Lost, true)]
    [InlineData(ErrorCode.Unauthorized, false)]
    [InlineData(ErrorCode.Disconnected, false)]
    [InlineData(ErrorCode.Limit, true)]
    public void New_request_opens_another_connection_by_the_reason_the_last_one_ended(string code, bool reopens)
        => Assert.Equal(reopens, RetryPolicy.MayReopen(new CloseReason(code, "text")));

    [Theory]
    [InlineData(CloseReason.Lost, true)]
    [InlineData(ErrorCode.Silent, true)]
    [InlineData(CloseReason.Goodbye, true)]
    [InlineData(ErrorCode.Limit, true)]
    [InlineData(ErrorCode.Stopping, true)]
    [InlineData(ErrorCode.Unauthorized, false)]
    [InlineData(ErrorCode.Version, false)]
    public void Reconnect_is_tried_again_by_the_reason_the_attempt_failed(string code, bool again)
        => Assert.Equal(again, RetryPolicy.MayDialAgain(Ended(code)));

    [Fact]
    public void Reconnect_is_tried_again_after_network_failures_but_not_with_a_changed_key()
    {
        Exception[] passing =
        [
            new ConnectFailedException("text"),
            new TransportException("text"),
            new IOException(),
            new TimeoutException(),
        ];
        Assert.All(passing, failure => Assert.True(RetryPolicy.MayDialAgain(failure)));
        Exception[] lasting =
        [
            new HostKeyException("text"),
            new OperationCanceledException(),
            new ChannelException(ErrorCode.Stopping, "text"),
        ];
        Assert.All(lasting, failure => Assert.False(RetryPolicy.MayDialAgain(failure)));
    }

    [Fact]
    public void Chat_joins_again_only_if_messages_are_gone()
    {
        Assert.True(RetryPolicy.MayRejoin(Refused(ErrorCode.Gone)));
        Assert.False(RetryPolicy.MayRejoin(Refused(ErrorCode.Overflow)));
    }

    private static ConnectionException Ended(string code) => new(new CloseReason(code, "text"));

    private static RequestRefusedException Refused(string code) => new(new RefusedMessage { Code = code });
}
