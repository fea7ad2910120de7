using System.CommandLine;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client upper</c>: the server's conversion to upper case.</summary>
internal static class UpperCommand
{
    private static readonly Argument<string[]> Text = new("TEXT")
    {
        Description = "The text to convert.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create() => BuiltinCommand.Create(
        new("upper", "Convert text to upper case on the server.") { Examples = ["upper server.example hello"] }, Text);
}
