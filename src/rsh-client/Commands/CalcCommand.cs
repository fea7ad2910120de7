using System.CommandLine;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client calc</c>: the server's calculator.</summary>
internal static class CalcCommand
{
    public static Command Create() => BuiltinCommand.Create("calc", "Let the server compute an expression.", "EXPRESSION", "Integers, decimals, + - * / %, parentheses.");
}
