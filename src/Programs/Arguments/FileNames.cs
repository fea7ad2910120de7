using System.CommandLine;
using System.CommandLine.Parsing;

namespace RemoteShell.Cli.Arguments;

/// <summary>Options and arguments that take the name of a file or folder.</summary>
internal static class FileNames
{
    /// <summary>Makes the option refuse an empty name, such as that of a variable that is not set.</summary>
    public static Option<string> NotEmpty(this Option<string> option)
    {
        option.Validators.Add(result => Check(result, option.Name));
        return option;
    }

    /// <summary>Makes the argument refuse an empty name, such as that of a variable that is not set.</summary>
    public static Argument<string> NotEmpty(this Argument<string> argument)
    {
        argument.Validators.Add(result => Check(result, argument.Name));
        return argument;
    }

    private static void Check(SymbolResult result, string name)
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
            result.AddError($"{name} is empty; write the name of a file or folder");
    }
}
