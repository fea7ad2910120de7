using System.Diagnostics;
using System.Globalization;

namespace RemoteShell.EndToEnd.Forwarding;

/// <summary>A running <c>rsh-client forward</c>, with the port that it says.</summary>
public sealed class ForwardingClient : IAsyncDisposable
{
    private readonly Process _process;

    private ForwardingClient(Process process, int port) => (_process, Port) = (process, port);

    /// <summary>The first port that it says, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Starts it, and waits until it forwards.</summary>
    public static async Task<ForwardingClient> StartAsync(Programs programs, params string[] forwards)
    {
        Process process = programs.Start("rsh-client", ["forward", programs.Host, .. forwards]);
        process.StandardInput.Close();
        string told = await process.StandardError.ReadLineAsync().Within() ?? "";
        Assert.StartsWith("rsh-client: forwarding 127.0.0.1:", told);
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        return new(process, int.Parse(told.Split(' ')[2].Split(':')[1], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        Programs.Signal(_process, "TERM");
        await _process.WaitForExitAsync().Within();
        _process.Dispose();
    }
}
