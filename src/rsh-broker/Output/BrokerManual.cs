using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Manuals;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Broker.Output;

/// <summary>The manual page rsh-broker(1), made from the commands and their options.</summary>
/// <param name="root">All commands.</param>
internal sealed class BrokerManual(RootCommand root)
{
    private const string Program = "rsh-broker";

    public void WriteTo(TextWriter target)
    {
        var page = new ManualWriter(target);
        page.Title(Program, 1, ProductVersion.Text);
        page.Section("Name");
        target.Write("rsh\\-broker \\- reach hosts that connect out to a NATS broker\n");
        page.Section("Synopsis");
        page.Lines(["rsh-broker COMMAND [OPTIONS] [ARGUMENTS]", "rsh-broker COMMAND --help"]);
        page.Section("Description");
        page.Paragraph(
            "Hosts behind NAT do not listen. On such a host, rsh-broker serve connects out to a NATS broker, and passes connections from "
            + "there to the host's rsh-server. rsh-client reaches the host by its name. The broker sees ciphertext only.");
        page.Paragraph("In the descriptions of options, values in [ ] are defaults.");
        page.Section("Commands");
        foreach (Command command in root.Subcommands)
            Write(page, command);
        page.Section("Credentials");
        page.Paragraph(
            "The file of --credentials holds a .creds file of NATS, the seed of an NKey, or one line USER:PASSWORD. Other users "
            + "must not be able to read it.");
        page.Section("Exit status");
        page.Paragraph("0; 1 if something failed; 2 if the command line is wrong; 75 if dial has lost an open tunnel.");
        page.Section("Environment");
        page.Item("NO_COLOR", "Do not use colours in the log.");
        page.Section("See also");
        page.Paragraph("rsh-client(1), rsh-server(8), nats-server(8)");
    }

    private static void Write(ManualWriter page, Command command)
    {
        page.Part(UsageLine.Of(Program, command));
        page.Paragraph(command.Description ?? "");
        foreach (Argument argument in command.Arguments.Where(argument => argument.Description is { Length: > 0 }))
            page.Item(argument.Name, argument.Description!);
        foreach (Option option in command.Options.Where(option => !option.Hidden))
            page.Item(option.HelpName is { } value ? $"{option.Name} {value}" : option.Name, option.Description ?? "");
        if (HelpWithExamples.ExamplesOf(command.Name) is { } examples)
            page.Lines(examples.Split('\n').Select(line => line.Trim()));
    }
}
