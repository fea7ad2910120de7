using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Options;

namespace RemoteShell.Cli.Client.Tests.Options;

/// <summary>The options of a connection.</summary>
public class HostOptionsTests
{
    private const int Hosts = 5000;

    // Other tests run at the same time, and read command lines.
    private const int Others = 2000;

    [Fact]
    public void Options_of_many_hosts_do_not_make_a_list_longer()
    {
        HostSettings settings = ClientConfiguration.Of(new("h", null, null), ClientConfiguration.NoFile);
        int before = HostOptions.Config.Parents.Count();
        for (int i = 0; i < Hosts; i++)
            HostOptions.Options(settings, ClientConfiguration.NoFile, _ => { });
        Assert.InRange(HostOptions.Config.Parents.Count() - before, 0, Others);
    }
}
