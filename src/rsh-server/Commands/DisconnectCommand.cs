using System.CommandLine;
using System.Globalization;
using RemoteShell.Server;
using RemoteShell.Server.Admin;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server disconnect</c>: ends one client's connection.</summary>
internal static class DisconnectCommand
{
    private static readonly Argument<long> Id = new("ID")
    {
        Description = "The connection's number, as 'rsh-server status' lists it.",
        CustomParser = result =>
        {
            if (long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long id))
                return id;
            result.AddError($"'{result.Tokens[0].Value}' is no connection's number; 'rsh-server status' lists them");
            return 0;
        },
    };

    public static Command Create()
    {
        var command = new Command("disconnect", "End a connection. The client is told and does not come back by itself; its jobs go on as their policies say.") { Id };
        command.SetAction(async (parsed, token) =>
        {
            await AdminClient.AskAsync(new ServerOptions().StateFolder, new("disconnect") { Id = parsed.GetValue(Id) }, token);
            return 0;
        });
        return command;
    }
}
