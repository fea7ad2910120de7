using System.CommandLine;
using System.CommandLine.Invocation;
using RemoteShell.Cli.Arguments;

namespace RemoteShell.Cli.Client.Help;

/// <summary>What <c>--help</c> does: prints the page of the program or of a subcommand to standard output.</summary>
/// <param name="groups">All subcommands.</param>
/// <param name="connectionOptions">The options that every subcommand with a HOST has. Only the program's page describes them.</param>
/// <param name="sections">Tables at the end of the program's page.</param>
internal sealed class HelpPage(
    IReadOnlyList<CommandGroup> groups,
    IReadOnlyList<Option> connectionOptions,
    IReadOnlyList<HelpSection> sections) : SynchronousCommandLineAction
{
    private const string TimeName = "TIME";

    /// <summary>What TIME means.</summary>
    public static (string Term, string Text) TimeRow { get; } =
        (TimeName, "A number and a unit: 250ms, 30s, 10m, 1h30m or 1d, at most 45d. Without a unit: seconds.");

    /// <summary>What SIZE means.</summary>
    public static (string Term, string Text) SizeRow { get; } =
        ("SIZE", "A number of bytes, or with a unit: 64K, 16M, 1G or 2T. K is 1024 bytes, M is 1024 K, and so on.");

    public override int Invoke(ParseResult parseResult)
    {
        var page = new HelpWriter(parseResult.InvocationConfiguration.Output);
        Command command = parseResult.CommandResult.Command;
        if (command is DocumentedCommand documented)
            WriteCommand(page, documented);
        else
            WriteProgram(page, command);
        return 0;
    }

    /// <summary>An option with its names and its value, and what it does.</summary>
    public static (string Term, string Text) RowOf(Option option)
    {
        // -t, --tty: the short name comes first, and long names stand in one column.
        string[] names = [option.Name, .. option.Aliases];
        string? shortName = names.FirstOrDefault(name => name.Length == 2);
        string longName = names.First(name => name.StartsWith("--", StringComparison.Ordinal));
        string term = shortName is null ? $"    {longName}" : $"{shortName}, {longName}";
        return (option.HelpName is { } value ? $"{term} {value}" : term, option.Description ?? "");
    }

    private static (string Term, string Text) RowOf(Argument argument) => (argument.Name, argument.Description ?? "");

    private void WriteProgram(HelpWriter page, Command program)
    {
        page.Paragraph(program.Description ?? "");
        page.Lines("Usage:", ["rsh-client COMMAND [OPTIONS] HOST [ARGUMENTS]", "rsh-client COMMAND --help"]);
        page.Paragraph("In the descriptions of options, values in [ ] are defaults.");
        foreach (CommandGroup group in groups)
            page.Table(new(group.Title, [.. group.Commands.Select(command => (command.Name, command.Create().Description ?? ""))]));
        page.Table(new("Connection options, for each command that takes HOST:", [.. connectionOptions.Select(RowOf), TimeRow]));
        page.Table(new("Options:", [.. program.Options.Select(RowOf)]));
        foreach (HelpSection section in sections)
            page.Table(section);
    }

    private void WriteCommand(HelpWriter page, DocumentedCommand command)
    {
        page.Paragraph(command.Description ?? "");
        page.Lines("Usage:", [UsageLine.Of("rsh-client", command)]);
        foreach (string paragraph in command.Details)
            page.Paragraph(paragraph);
        page.Table(new("Commands:", [.. command.Subcommands.Select(inner => (inner.Name, inner.Description ?? ""))]));
        page.Table(new("Arguments:", command.Operands.Count > 0 ? command.Operands : [.. command.Arguments.Select(RowOf)]));

        Option[] own = [.. command.Options.Where(option => !option.Hidden && !connectionOptions.Contains(option))];
        List<(string Term, string Text)> rows = [.. own.Select(RowOf)];
        if (own.Any(option => option.HelpName == TimeName))
            rows.Add(TimeRow);
        if (own.Any(option => option.HelpName == SizeRow.Term))
            rows.Add(SizeRow);
        page.Table(new("Options:", rows));
        if (command.Options.Any(connectionOptions.Contains))
        {
            string names = string.Join(' ', connectionOptions.Where(command.Options.Contains).Select(option => option.Name));
            page.Lines("Connection options, as 'rsh-client --help' describes them:", [.. HelpWriter.Wrap(names, HelpWriter.InnerWidth)]);
        }

        string examples = command.Examples.Count == 1 ? "Example:" : "Examples:";
        page.Lines(examples, [.. command.Examples.Select(example => $"rsh-client {example}")]);
    }
}
