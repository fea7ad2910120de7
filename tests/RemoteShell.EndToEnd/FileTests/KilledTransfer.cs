using System.Diagnostics;
using System.Net;

namespace RemoteShell.EndToEnd.FileTests;

/// <summary>A client, a server, and a relay between them that stops in the middle of a transfer: either can be killed there.</summary>
internal sealed class KilledTransfer : IAsyncDisposable
{
    private KilledTransfer(Programs programs, TcpRelay relay) => (Programs, Relay) = (programs, relay);

    public Programs Programs { get; }

    public TcpRelay Relay { get; }

    /// <summary>Starts the server, and a relay that passes this many bytes.</summary>
    public static async Task<KilledTransfer> StartAsync(long middle)
    {
        Programs programs = await Programs.StartAsync();
        return new(programs, new(IPEndPoint.Parse(programs.Host)) { StallAfter = middle });
    }

    /// <summary>Kills the client when the condition holds.</summary>
    public async Task KillClientAsync(string[] command, Func<Task> isInTheMiddle)
    {
        using Process client = Programs.Start("rsh-client", command);
        await isInTheMiddle();
        Programs.Signal(client, "KILL");
        await client.WaitForExitAsync().Within();
        Assert.Equal(137, client.ExitCode);
    }

    /// <summary>Kills the server when the condition holds, and starts it again. Returns what the client says.</summary>
    public async Task<string> KillServerAsync(string[] command, Func<Task> isInTheMiddle)
    {
        using Process client = Programs.Start("rsh-client", command);
        await isInTheMiddle();
        await Programs.KillServerAsync();
        await Programs.StartServerAgainAsync();
        Continue();
        string said = await client.StandardError.ReadToEndAsync().Within();
        await client.WaitForExitAsync().Within();
        Assert.Equal(255, client.ExitCode);
        return said;
    }

    /// <summary>Lets the relay pass everything.</summary>
    public void Continue()
    {
        Relay.StallAfter = long.MaxValue;
        Relay.Go();
    }

    public async ValueTask DisposeAsync()
    {
        await Relay.DisposeAsync();
        await Programs.DisposeAsync();
    }
}
