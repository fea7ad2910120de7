using RemoteShell.Client;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>The same work at a server with its audit journal, as by default, and at one without.</summary>
internal sealed class AuditRows : IAsyncDisposable
{
    private const string With = "with the audit journal, against the same without";

    private readonly OwnServer _own;
    private readonly OwnServer _unrecorded;
    private readonly RemoteShellClient _ownClient;
    private readonly RemoteShellClient _unrecordedClient;

    private AuditRows(OwnServer own, OwnServer unrecorded, RemoteShellClient ownClient, RemoteShellClient unrecordedClient)
        => (_own, _unrecorded, _ownClient, _unrecordedClient) = (own, unrecorded, ownClient, unrecordedClient);

    /// <summary>Starts a server without a journal beside one with it.</summary>
    public static async Task<AuditRows> StartAsync(OwnServer own, RemoteShellClient ownClient, string native, string folder)
    {
        OwnServer unrecorded = await OwnServer.StartAsync(native, folder, "cliwrap", "--audit=off");
        return new(own, unrecorded, ownClient, await RemoteShellClient.ConnectAsync(unrecorded.Options));
    }

    public IEnumerable<Row> All() =>
    [
        new(
            "`calc` on one connection, pipelined, `--audit off`", "a second",
            () => PairedRows.CalcAsync(_unrecordedClient), null, "≥ 30,000"),
        .. PairedRows.Of(With, _own, _ownClient, _unrecorded, _unrecordedClient, "≥ 0.9", "≤ 1.1"),
    ];

    public async ValueTask DisposeAsync()
    {
        await _unrecordedClient.DisposeAsync();
        await _unrecorded.DisposeAsync();
    }
}
