using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Manuals;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Help;

/// <summary>The manual page rsh-client-config(5), made from the table of keys.</summary>
internal static class ConfigurationManual
{
    public static void WriteTo(TextWriter target)
    {
        var page = new ManualWriter(target);
        page.Title("rsh-client-config", 5, ProductVersion.Text);
        page.Section("Name");
        target.Write("rsh\\-client\\-config \\- settings of rsh\\-client for each host\n");
        page.Section("Synopsis");
        page.Lines(["~/.config/rsh-client/config", "/etc/rsh-client/config"]);
        page.Section("Description");
        page.Paragraph(
            "rsh-client reads the user's file first, and then that of the machine. The syntax is that of ssh_config(5): KEY VALUE or "
            + "KEY=VALUE in each line. The first value of a key wins, so the special cases stand first. Options of the command line go "
            + "before the files. 'rsh-client config HOST' prints what applies, and the line that each value comes from.");
        page.Paragraph(
            "Case and hyphens of a key do not count. # begins a comment, at the start of a line or of a word. Quotes hold a word "
            + "together. A file that others may write is refused.");
        page.Section("Blocks");
        page.Item("Host PATTERN...", "The lines that follow apply to hosts that a pattern fits: * is any text, ? one character, and "
            + "!PATTERN excludes. A pattern is compared with the name on the command line, and with that name and the port.");
        page.Item("Match CRITERION...", "The lines that follow apply if all criteria are met: all; host, originalhost, user or localuser "
            + "with patterns that commas separate; exec COMMAND, if the command exits with 0. ! before a criterion negates it.");
        page.Item("Include FILE...", "Read other files here. * and ? work, and ~/. A relative path starts in the folder of this file.");
        page.Item("IgnoreUnknown PATTERN,...", "Unknown keys that a pattern fits are no error.");
        page.Section("Keys");
        foreach (ConfigurationKey key in ConfigurationKeys.All)
            page.Item(key.Name, key.Default is { } usual ? $"{key.Text} Default: {usual}." : key.Text);
        page.Section("Tokens");
        page.Paragraph(
            "ProxyCommand, IdentityFile, BrokerCredentials, BrokerAuthorities and Match exec: %h the address, %n the name on the command "
            + "line, %p the port, %r the remote user, %u the local user, %d the home folder, %l and %L this machine's name with and "
            + "without its domain, %% a percent sign. "
            + "HostName: %h the name on the command line, %%.");
        page.Section("Example");
        page.Lines(
        [
            "Host build",
            "    HostName build.example",
            "    SetEnv CI=1",
            "Host *.lab.example",
            "    ProxyCommand ssh -W %h:%p bastion.example",
            "Host *",
            "    GiveUp 10m",
        ]);
        page.Section("See also");
        page.Paragraph("rsh-client(1), ssh_config(5)");
    }
}
