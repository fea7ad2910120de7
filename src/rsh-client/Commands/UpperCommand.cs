using System.CommandLine;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client upper</c>: the server says it in upper case.</summary>
internal static class UpperCommand
{
    public static Command Create() => BuiltinCommand.Create("upper", "Let the server say a text in upper case.", "TEXT", "What to say.");
}
