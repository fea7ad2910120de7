using System.CommandLine;
using System.CommandLine.Invocation;

namespace RemoteShell.Cli.Arguments;

/// <summary>Reads the command line of a program, and says what is wrong with it.</summary>
/// <remarks>
/// The parser takes an unknown option for an argument, and then blames the argument that no longer fits. So the options are checked
/// here first.
/// </remarks>
/// <param name="program">The program's name.</param>
/// <param name="root">Its commands.</param>
/// <param name="trailing">The names of commands whose words after the first argument belong to a remote command, also with a dash.</param>
internal sealed class CommandLine(string program, RootCommand root, params string[] trailing)
{
    private const string EndOfOptions = "--";

    private static readonly ParserConfiguration NoResponseFiles = new() { ResponseFileTokenReplacer = null };

    /// <summary>Reads the words.</summary>
    /// <exception cref="UsageException">The command line is wrong.</exception>
    public ParseResult Parse(IReadOnlyList<string> args)
    {
        string[] words = WithHelpAsOption(args);
        if (words.Length == 0)
            throw new UsageException("a command is missing", Help(null));
        // A directive of the parser, such as [suggest] for completions.
        if (words[0].StartsWith('['))
            return WithoutErrors(root.Parse(words, NoResponseFiles));
        Command? command = root.Subcommands.FirstOrDefault(candidate => candidate.Name == words[0]);
        if (command is null && !words[0].StartsWith('-'))
        {
            string meant = Suggestion.For(words[0], root.Subcommands.Select(candidate => candidate.Name));
            throw new UsageException($"there is no command '{words[0]}'{meant}", Help(null));
        }

        List<string> checkedWords = command is null ? Checked(root, words) : [command.Name, .. CheckedInner(command, words[1..])];
        return WithoutErrors(root.Parse(checkedWords, NoResponseFiles));
    }

    /// <summary>The positions of the words that are neither options nor their values, from 1; the first word names the command.</summary>
    /// <exception cref="UsageException">There is no such command, or no such option.</exception>
    public IReadOnlyList<int> Operands(IReadOnlyList<string> args)
    {
        Command command = root.Subcommands.FirstOrDefault(candidate => candidate.Name == args[0])
            ?? throw new UsageException($"there is no command '{args[0]}'", Help(null));
        int first = 1;
        if (args.Count > 1 && command.Subcommands.FirstOrDefault(candidate => candidate.Name == args[1]) is { } inner)
            (command, first) = (inner, 2);
        List<int> operands = [];
        for (int i = first; i < args.Count; i++)
        {
            if (args[i] == EndOfOptions)
                return [.. operands, .. Enumerable.Range(i + 1, args.Count - i - 1)];
            if (!IsOption(args[i]))
                operands.Add(i);
            else if (Options(command, args[i]).Last() is { Value: null, Option.Arity.MinimumNumberOfValues: > 0 })
                i++;
        }

        return operands;
    }

    /// <summary>The line that says where more is written.</summary>
    public string Help(string? command) => command is null ? $"see: {program} --help" : $"see: {program} {command} --help";

    private string HelpOf(Command command) => Help(UsageLine.NameOf(command));

    // "help run" is "run --help".
    private string[] WithHelpAsOption(IReadOnlyList<string> args) => args switch
    {
        ["help"] or ["help", "help", ..] => ["--help"],
        ["help", var command, var inner, ..] when HasCommands(command) => [command, inner, "--help"],
        ["help", var command, ..] => [command, "--help"],
        ["version"] => ["--version"],
        _ => [.. args],
    };

    private ParseResult WithoutErrors(ParseResult parsed) => parsed.Action is ParseErrorAction ? throw Wrong(parsed) : parsed;

    private bool HasCommands(string name) => root.Subcommands.Any(command => command.Name == name && command.Subcommands.Count > 0);

    // A command may have commands of its own.
    private List<string> CheckedInner(Command command, string[] words)
    {
        if (command.Subcommands.Count == 0 || words is ["-h" or "--help", ..])
            return Checked(command, words);
        if (command.Action is not null && (words.Length == 0 || words[0].StartsWith('-')))
            return Checked(command, words);
        string names = string.Join(", ", command.Subcommands.Select(candidate => candidate.Name));
        if (words.Length == 0)
            throw new UsageException($"{command.Name} needs a command: {names}", Help(command.Name));
        Command? inner = command.Subcommands.FirstOrDefault(candidate => candidate.Name == words[0]);
        if (inner is not null)
            return [inner.Name, .. Checked(inner, words[1..])];
        string meant = Suggestion.For(words[0], command.Subcommands.Select(candidate => candidate.Name));
        throw new UsageException($"{command.Name} has no command '{words[0]}'{meant}", Help(command.Name));
    }

    private List<string> Checked(Command command, string[] words)
    {
        List<string> read = [];
        HashSet<Option> seen = [];
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i] == EndOfOptions)
                return [.. read, EndOfOptions, .. Trailing(command, words[(i + 1)..])];
            if (!IsOption(words[i]))
            {
                if (trailing.Contains(command.Name))
                    return [.. read, EndOfOptions, .. Trailing(command, words[i..])];
                read.Add(words[i]);
                continue;
            }

            foreach ((string name, Option option, string? given) in Options(command, words[i]))
            {
                if (option.Arity.MinimumNumberOfValues == 0)
                {
                    if (given is not null)
                        throw new UsageException($"{name} takes no value, so '{given}' does not belong there", HelpOf(command));
                    read.Add(name);
                    continue;
                }

                string? value = given;
                if (value is null && i + 1 < words.Length)
                    value = words[++i];
                if (value is null)
                    throw new UsageException($"{name} needs a value: {name} {option.HelpName ?? "VALUE"}", HelpOf(command));
                if (!seen.Add(option) && option.Arity.MaximumNumberOfValues == 1)
                    throw new UsageException($"{name} is given more than once", HelpOf(command));
                // The parser would take a value with a dash for an option.
                read.AddRange(value.StartsWith('-') ? [$"{name}={value}"] : [name, value]);
            }
        }

        return read;
    }

    private static bool IsOption(string word) => word.StartsWith('-') && word != "-";

    // "run HOST -- COMMAND": the separator is not a part of the command.
    private string[] Trailing(Command command, string[] words)
        => trailing.Contains(command.Name) && words is [var first, EndOfOptions, .. var rest] ? [first, .. rest] : words;

    // One option, or several short ones in one word: -it, -c3.
    private IEnumerable<(string Name, Option Option, string? Value)> Options(Command command, string word)
    {
        string[] pair = word.Split('=', 2);
        string? value = pair.Length == 2 ? pair[1] : null;
        if (Find(command, pair[0]) is { } whole)
            return [(pair[0], whole, value)];
        List<(string Name, Option Option, string? Value)> bundle = [];
        for (int i = 1; i < pair[0].Length; i++)
        {
            string name = $"-{pair[0][i]}";
            if (Find(command, name) is not { } option)
                throw Unknown(command, pair[0]);
            string rest = word[(i + 1)..].TrimStart('=');
            if (option.Arity.MinimumNumberOfValues == 0)
            {
                bundle.Add((name, option, null));
                continue;
            }

            bundle.Add((name, option, rest.Length > 0 ? rest : null));
            return bundle;
        }

        return bundle.Count > 0 && value is null ? bundle : throw Unknown(command, pair[0]);
    }

    private Option? Find(Command command, string name)
        => OptionsOf(command).FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));

    private IEnumerable<Option> OptionsOf(Command command)
        => command == root ? root.Options : command.Options.Concat(root.Options.Where(option => option.Recursive));

    private UsageException Unknown(Command command, string name)
    {
        IEnumerable<string> names = OptionsOf(command).Where(option => !option.Hidden)
            .SelectMany(option => option.Aliases.Append(option.Name))
            .Where(candidate => candidate.StartsWith(EndOfOptions, StringComparison.Ordinal));
        string meant = Suggestion.For(name, names);
        if (command == root)
            return new($"there is no option '{name}'{meant}", Help(null));
        string where = trailing.Contains(command.Name) ? "; options must stand before HOST" : "";
        return new($"there is no option '{name}' for {UsageLine.NameOf(command)}{(meant.Length > 0 ? meant : where)}", HelpOf(command));
    }

    private UsageException Wrong(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command == root)
            return new("a command is missing", Help(null));
        // Only a directive comes so far without a command line that was checked before.
        if (parsed.Tokens is [{ Value: ['[', ..] } directive, ..])
            return new($"there is no directive '{directive.Value}'", Help(null));
        string usage = $"usage: {UsageLine.Of(program, command)}";
        string[] missing =
        [
            .. from argument in command.Arguments
               where (parsed.GetResult(argument)?.Tokens.Count ?? 0) < argument.Arity.MinimumNumberOfValues && !argument.HasDefaultValue
               select argument.Name,
        ];
        if (missing.Length > 0)
            return new($"{UsageLine.NameOf(command)} needs {string.Join(" and ", missing)}", usage);
        return parsed.UnmatchedTokens is [var first, ..]
            ? new($"{UsageLine.NameOf(command)} does not take the argument '{first}'", usage)
            : new(parsed.Errors[0].Message, HelpOf(command));
    }
}
