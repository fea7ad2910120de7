using System.CommandLine;
using RemoteShell.Cli.Server.Options;
using RemoteShell.Server;
using RemoteShell.Server.Admin;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server stop</c>: stops the running server in order.</summary>
internal static class StopCommand
{
    private static readonly Option<TimeSpan?> Grace = DurationOption.Create(
        "--grace",
        "How long running commands may continue [--stop-grace of the server]. Detached jobs continue in any case.");

    public static Command Create()
    {
        var command = new Command("stop", "Stop the running server, and wait until it has ended.") { Grace };
        command.SetAction(async (parsed, token) =>
        {
            await AdminClient.StopAsync(new ServerOptions().StateFolder, parsed.GetValue(Grace), token);
            return 0;
        });
        return command;
    }
}
