using System.CommandLine;

namespace RemoteShell.Cli.Client.Options;

/// <summary>Options of this program stand before HOST; everything after HOST is the remote command's, dashes included.</summary>
internal static class TrailingCommand
{
    private static readonly string[] Help = ["--help", "-h", "-?", "--version"];

    /// <summary>Puts <c>--</c> behind HOST, so that the parser takes the rest as it is.</summary>
    /// <exception cref="FormatException">There is an option that the command does not have.</exception>
    public static string[] Protect(string[] args, params Command[] commands)
    {
        if (args.Length == 0 || commands.FirstOrDefault(command => command.Name == args[0]) is not { } chosen)
            return args;
        for (int i = 1; i < args.Length; i++)
        {
            if (args[i] == "--")
                return args;
            if (!args[i].StartsWith('-'))
                return [.. args[..(i + 1)], "--", .. args[(i + 1)..]];
            if (FindOption(chosen, args[i]) is { Arity.MinimumNumberOfValues: > 0 } && !args[i].Contains('=', StringComparison.Ordinal))
                i++;
        }

        return args;
    }

    private static Option? FindOption(Command command, string arg)
    {
        string name = arg.Split('=', 2)[0];
        if (Help.Contains(name))
            return null;
        return command.Options.FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name))
            ?? throw new FormatException($"there is no option '{name}' for {command.Name}; options stand before HOST");
    }
}
