using RemoteShell.Client;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Shows the lines of all hosts as they come.</summary>
/// <param name="screen">Where they are shown.</param>
internal sealed class LiveView(FleetScreen screen) : FleetView
{
    public override HostView Begin(RunTarget target, int number) => new(
        new(HostPrefix.ForOutput(target.Host, number), screen, OutputStream.StandardOutput),
        new(HostPrefix.ForError(target.Host, number), screen, OutputStream.StandardError));
}
