using System.CommandLine;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client calc</c>: the server's calculator.</summary>
internal static class CalcCommand
{
    private static readonly Argument<string[]> Expression = new("EXPRESSION")
    {
        Description = "Integers, decimals, + - * / % and parentheses.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create() => BuiltinCommand.Create(
        new("calc", "Compute an expression on the server.") { Examples = ["calc server.example '(1 + 2) * 3'"] }, Expression);
}
