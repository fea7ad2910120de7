using System.CommandLine;
using System.CommandLine.Parsing;
using RemoteShell.Cli.Failures;

namespace RemoteShell.Cli.Client.Options;

/// <summary>The options that leave files out of a transfer.</summary>
/// <remarks>Their order on the command line counts: the last pattern that matches decides.</remarks>
internal static class FilterOptions
{
    private static readonly Option<string[]> Exclude = new("--exclude")
    {
        Description = "Leave out what matches in the folders, in the syntax of .gitignore. What a path or pattern of the command line "
            + "names is not left out.",
        HelpName = "PATTERN",
    };

    private static readonly Option<string[]> Include = new("--include")
    {
        Description = "Do not leave out what matches, although an earlier pattern does.",
        HelpName = "PATTERN",
    };

    private static readonly Option<string[]> ExcludeFrom = new("--exclude-from")
    {
        Description = "Read patterns from a file such as .gitignore.",
        HelpName = "FILE",
    };

    public static void AddTo(Command command)
    {
        command.Add(Exclude);
        command.Add(Include);
        command.Add(ExcludeFrom);
    }

    /// <summary>The lines of all patterns, in the order of the command line.</summary>
    /// <exception cref="FormatException">A file of patterns cannot be read.</exception>
    public static IReadOnlyList<string> Lines(ParseResult parsed)
    {
        var lines = new List<string>();
        string option = "";
        foreach (Token token in parsed.Tokens)
        {
            if (token.Type == TokenType.Option)
            {
                option = token.Value;
                continue;
            }

            if (option == Exclude.Name)
                lines.Add(Escape(token.Value));
            else if (option == Include.Name)
                lines.Add($"!{Escape(token.Value)}");
            else if (option == ExcludeFrom.Name)
                lines.AddRange(Read(token.Value));
            option = "";
        }

        return lines;
    }

    private static string[] Read(string file)
    {
        if (Directory.Exists(file))
            throw new FormatException($"{ExcludeFrom.Name} reads a file of patterns, and '{file}' is a folder");
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new FormatException($"{ExcludeFrom.Name} cannot read '{file}': {FileFailure.ReasonOf(e)}");
        }
    }

    // A comment on the command line would be a pattern that is silently ignored, such as #*# for the files of an editor.
    private static string Escape(string pattern) => pattern.StartsWith('#') ? $"\\{pattern}" : pattern;
}
