using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Manuals;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Help;

/// <summary>The manual page rsh-client(1), made from the commands and their options.</summary>
/// <param name="groups">All subcommands.</param>
/// <param name="connectionOptions">The options that every subcommand with a HOST has.</param>
/// <param name="sections">Tables at the end of the page.</param>
internal sealed class ClientManual(
    IReadOnlyList<CommandGroup> groups, IReadOnlyList<Option> connectionOptions, IReadOnlyList<HelpSection> sections)
{
    private const string Program = "rsh-client";

    public void WriteTo(TextWriter target)
    {
        var page = new ManualWriter(target);
        page.Title(Program, 1, ProductVersion.Text);
        page.Section("Name");
        target.Write("rsh\\-client \\- run commands on another machine, with verified output\n");
        page.Section("Synopsis");
        page.Lines(["rsh-client COMMAND [OPTIONS] HOST [ARGUMENTS]", "rsh-client COMMAND --help"]);
        page.Section("Description");
        page.Paragraph(
            "rsh-client runs commands, shells and file transfers at a server where rsh-server runs. All output is verified. "
            + "A command is a job, which outlives a lost connection. HOST is [user@]name[:port], or [user@][ipv6]:port; the default port "
            + "is 7022. Settings for each host are read from the files that rsh-client-config(5) describes.");
        page.Paragraph("In the descriptions of options, values in [ ] are defaults.");
        page.Section("Commands");
        foreach (Command command in groups.SelectMany(group => group.Commands).Select(named => named.Create()))
            Write(page, command);
        page.Section("Connection options");
        page.Paragraph("Each command that takes HOST has them.");
        foreach ((string term, string text) in connectionOptions.Select(HelpPage.RowOf).Append(HelpPage.TimeRow).Append(HelpPage.SizeRow))
            page.Item(term.Trim(), text);
        foreach (HelpSection section in sections)
        {
            page.Section(section.Title.TrimEnd(':'));
            foreach ((string term, string text) in section.Rows)
                page.Item(term, text);
        }

        page.Section("Files");
        page.Item("~/.config/rsh-client/config, /etc/rsh-client/config", "Settings for each host: rsh-client-config(5).");
        page.Item("~/.config/rsh-client/id_ecdsa.pem", "This client's key, created when it is needed.");
        page.Item("~/.config/rsh-client/known_hosts", "The keys of known servers.");
        page.Section("See also");
        page.Paragraph("rsh-ssh(1), rsh-client-config(5), rsh-server(8)");
    }

    private void Write(ManualWriter page, Command command)
    {
        page.Part(UsageLine.Of(Program, command));
        page.Paragraph(command.Description ?? "");
        if (command is DocumentedCommand documented)
        {
            foreach (string paragraph in documented.Details)
                page.Paragraph(paragraph);
            foreach ((string term, string text) in documented.Operands)
                page.Item(term, text);
            if (documented.Operands.Count == 0)
                WriteArguments(page, command);
        }

        foreach (Option option in command.Options.Where(option => !option.Hidden && !connectionOptions.Contains(option)))
        {
            (string term, string text) = HelpPage.RowOf(option);
            page.Item(term.Trim(), text);
        }

        if (command is DocumentedCommand { Examples.Count: > 0 } shown)
            page.Lines(shown.Examples.Select(example => $"{Program} {example}"));
        foreach (Command inner in command.Subcommands)
            Write(page, inner);
    }

    private static void WriteArguments(ManualWriter page, Command command)
    {
        foreach (Argument argument in command.Arguments.Where(argument => argument.Description is { Length: > 0 }))
            page.Item(argument.Name, argument.Description!);
    }
}
