using System.CommandLine;

namespace RemoteShell.Cli.Client.Options;

/// <summary>Separates the options of this program, which stand before HOST, from the remote command after HOST.</summary>
/// <remarks>The remote command may have words that start with a dash.</remarks>
internal static class TrailingCommand
{
    private static readonly string[] Help = ["--help", "-h", "-?", "--version"];

    /// <summary>Inserts <c>--</c> after HOST, so that the parser does not read options in the rest.</summary>
    /// <exception cref="FormatException">The command does not have one of the options.</exception>
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
            ?? throw new FormatException($"there is no option '{name}' for {command.Name}; options must stand before HOST");
    }
}
