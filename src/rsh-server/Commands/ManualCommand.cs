using System.CommandLine;
using RemoteShell.Cli.Server.Output;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server manual</c>: prints the manual page.</summary>
internal static class ManualCommand
{
    /// <summary>Creates the subcommand.</summary>
    /// <param name="root">Makes all commands of this program.</param>
    public static Command Create(Func<RootCommand> root)
    {
        var command = new Command("manual", "Print the manual page, as 'man' reads it: rsh-server manual | man -l -");
        command.SetAction(_ => new ServerManual(root()).WriteTo(Console.Out));
        return command;
    }
}
