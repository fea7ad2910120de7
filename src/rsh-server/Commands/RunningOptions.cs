using RemoteShell.Cli.Server.Options;
using RemoteShell.Protocol;
using RemoteShell.Server;
using RemoteShell.Server.Admin;

namespace RemoteShell.Cli.Server.Commands;

/// <summary>The options of the running server, as far as other commands need them; without one, those of its configuration.</summary>
internal static class RunningOptions
{
    /// <summary>Asks the running server, and reads the configuration.</summary>
    /// <returns>The options; the server's status is null if none runs.</returns>
    /// <exception cref="RemoteShellException">The configuration cannot be used.</exception>
    public static async Task<(ServerOptions Options, ServerStatus? Status)> ReadAsync(CancellationToken cancellationToken)
    {
        AdminReply? answer = await AdminClient.TryAskAsync(new ServerOptions().StateFolder, new("status"), cancellationToken);
        if (answer?.Status is { } status)
            return (new ServerOptions { RevokedKeysFile = status.RevokedKeysFile, RecordFolder = status.RecordFolder }, status);
        RunSettings settings = RunSettings.Read(RunCommand.Create().Parse([]));
        if (settings.Faults is [var fault, ..])
            throw new RemoteShellException(fault.Message, fault) { Hint = "see what is wrong with: rsh-server run --check" };
        return (settings.Options, null);
    }
}
