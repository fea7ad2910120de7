using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Manuals;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Server.Output;

/// <summary>The manual page rsh-server(8), made from the commands and their options.</summary>
/// <param name="root">All commands.</param>
internal sealed class ServerManual(RootCommand root)
{
    private const string Program = "rsh-server";

    public void WriteTo(TextWriter target)
    {
        var page = new ManualWriter(target);
        page.Title(Program, 8, ProductVersion.Text);
        page.Section("Name");
        target.Write("rsh\\-server \\- run commands on this machine for authorized clients\n");
        page.Section("Synopsis");
        page.Lines(["rsh-server COMMAND [OPTIONS] [ARGUMENTS]", "rsh-server COMMAND --help"]);
        page.Section("Description");
        page.Paragraph(
            "rsh-server runs commands, shells and file transfers for the clients whose keys are in authorized_keys, as the user who "
            + "started it. Each command is a job, which outlives its connection and a restart of the server. Without options the server "
            + "listens on loopback only, on port 7022.");
        page.Paragraph("In the descriptions of options, values in [ ] are defaults.");
        page.Section("Commands");
        foreach (Command command in root.Subcommands)
            Write(page, command);
        page.Section("Values");
        page.Item("TIME", "A number and a unit: 250ms, 30s, 10m, 1h30m or 1d, at most 45d. Without a unit: seconds.");
        page.Item("SIZE", "A number of bytes, or one with a unit: 64K, 16M, 1G or 2T. K is 1024 bytes, M is 1024 K, and so on.");
        page.Section("Exit status");
        page.Paragraph("0; 1 if something failed; 2 if the command line is wrong.");
        page.Section("Environment");
        page.Item("RSH_HOME", "Keep all files in $RSH_HOME/server.");
        page.Item("XDG_CONFIG_HOME", "Keep keys in $XDG_CONFIG_HOME/rsh-server [~/.config/rsh-server].");
        page.Item("XDG_STATE_HOME", "Keep jobs and logs in $XDG_STATE_HOME/rsh-server [~/.local/state/rsh-server].");
        page.Item("NO_COLOR", "Do not use colours in the log.");
        page.Section("Files");
        page.Item("~/.config/rsh-server/authorized_keys", "The keys that may use the server, with options in front of them.");
        page.Item("~/.config/rsh-server/host_key.pem", "The server's key, created at the first start.");
        page.Item("~/.local/state/rsh-server/log", "The log, as JSON.");
        page.Section("See also");
        page.Paragraph("rsh-client(1)");
    }

    private static void Write(ManualWriter page, Command command)
    {
        page.Part(UsageLine.Of(Program, command));
        page.Paragraph(command.Description ?? "");
        foreach (Argument argument in command.Arguments.Where(argument => argument.Description is { Length: > 0 }))
            page.Item(argument.Name, argument.Description!);
        foreach (Option option in command.Options.Where(option => !option.Hidden))
            page.Item(TermOf(option), option.Description ?? "");
        if (HelpWithExamples.ExamplesOf(command.Name) is { } examples)
            page.Lines(examples.Split('\n').Select(line => line.Trim()));
    }

    private static string TermOf(Option option)
    {
        string names = string.Join(", ", option.Aliases.Append(option.Name).OrderBy(name => name.Length));
        return option.HelpName is { } value ? $"{names} {value}" : names;
    }
}
