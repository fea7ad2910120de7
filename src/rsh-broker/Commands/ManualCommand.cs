using System.CommandLine;
using RemoteShell.Cli.Broker.Output;

namespace RemoteShell.Cli.Broker.Commands;

/// <summary><c>rsh-broker manual</c>: prints the manual page.</summary>
internal static class ManualCommand
{
    /// <summary>Creates the subcommand.</summary>
    /// <param name="root">Makes all commands of this program.</param>
    public static Command Create(Func<RootCommand> root)
    {
        var command = new Command("manual", "Print the manual page, as 'man' reads it: rsh-broker manual | man -l -");
        command.SetAction(_ => new BrokerManual(root()).WriteTo(Console.Out));
        return command;
    }
}
