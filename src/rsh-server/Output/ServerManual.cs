using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Manuals;
using RemoteShell.Cli.Server.Configuration;
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
        foreach (Command command in root.Subcommands.SelectMany(command => command.Subcommands.Prepend(command)))
            Write(page, command);
        page.Section("Configuration file");
        page.Paragraph(
            "rsh-server run reads /etc/rsh-server/config if it exists, or the file of --config. A line has a key and a value: KEY VALUE or "
            + "KEY=VALUE. Case does not count. # begins a comment. Quotes hold a value with spaces together. The first value of a key "
            + "counts; options of the command line go before the file. A flag takes yes or no. Each key does what its option does, and "
            + "the option's name without the first hyphens is a name of the key too.");
        foreach (ServerKey key in ServerKeys.All)
            Write(page, key);
        page.Item("Include FILE...", "Read other files in this place; * and ? work. A relative path starts in the folder of this file.");
        page.Item("IgnoreUnknown PATTERN,...", "Allow keys that a pattern fits. Any other unknown key is an error.");
        page.Paragraph(
            "On SIGHUP the server reads the file again, and applies it to later connections, requests and jobs. If anything is wrong, "
            + "the log says where, and what applied before still applies. ListenAddress, Udp, Launcher, Shell, PortFile, Metrics and Otlp, "
            + "and Audit from or to off, need a restart.");
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
        page.Item("/etc/rsh-server/config", "The configuration. It need not exist, and others may not write to it.");
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

    private void Write(ManualWriter page, ServerKey key)
    {
        Command run = root.Subcommands.First(command => command.Name == "run");
        Option option = run.Options.First(option => option.Name == key.Option);
        page.Item($"{key.Name} {option.HelpName ?? "yes|no"}", option.Description ?? "");
    }

    private static string TermOf(Option option)
    {
        string names = string.Join(", ", option.Aliases.Append(option.Name).OrderBy(name => name.Length));
        return option.HelpName is { } value ? $"{names} {value}" : names;
    }
}
