using RemoteShell.Cli.Client.Transfers;

namespace RemoteShell.Cli.Client.Tests.Transfers;

/// <summary>When the progress is shown where a line cannot be redrawn.</summary>
public sealed class PlainProgressViewTests
{
    [Fact]
    public void Line_is_shown_every_ten_seconds()
    {
        var view = new PlainProgressView();
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)), (view.First, view.Interval));
    }
}
