using System.CommandLine;
using System.Globalization;
using RemoteShell.Server;
using RemoteShell.Server.Admin;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server disconnect</c>: ends a connection.</summary>
internal static class DisconnectCommand
{
    private static readonly Argument<long> Id = new("ID")
    {
        Description = "The number of the connection, from 'rsh-server status' or the log, with or without #.",
        CustomParser = result =>
        {
            if (long.TryParse(result.Tokens[0].Value.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out long id))
                return id;
            result.AddError($"'{result.Tokens[0].Value}' is not the number of a connection; list them with 'rsh-server status'");
            return 0;
        },
    };

    public static Command Create()
    {
        var command = new Command(
            "disconnect",
            "End a connection. Its client does not reconnect; its jobs continue as their disconnect policies say.") { Id };
        command.SetAction(async (parsed, token) =>
        {
            await AdminClient.AskAsync(new ServerOptions().StateFolder, new("disconnect") { Id = parsed.GetValue(Id) }, token);
            return 0;
        });
        return command;
    }
}
