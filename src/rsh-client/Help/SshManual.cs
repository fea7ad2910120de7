using RemoteShell.Cli.Client.Ssh;
using RemoteShell.Cli.Manuals;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Help;

/// <summary>The manual page rsh-ssh(1).</summary>
internal static class SshManual
{
    private static readonly (string Term, string Text)[] Options =
    [
        ("-4, -6", "Use IPv4, or IPv6, only."),
        ("-A, -a", "Forward the agent, or do not."),
        ("-b ADDRESS", "Connect from this address of this machine."),
        ("-D, -L, -R", "Forward connections, as ssh does. The server must permit it; see --allow-forwarding in rsh-server(8)."),
        ("-E FILE", "Append messages to this file."),
        ("-e CHARACTER", "The character with which an escape begins; ^X is a control character; none: there are no escapes [~]."),
        ("-F FILE", "Read the settings from this file only; none or /dev/null: from no file."),
        ("-f", "Go into the background when the connection is there. It needs a command, or -N."),
        ("-G", "Print the settings that apply, and exit."),
        ("-g", "Let other machines use the forwarded ports."),
        ("-i FILE", "Use the key in this file. It must be a key of rsh-client."),
        ("-J HOST,...", "Connect through these servers, one after the other."),
        ("-l USER", "The user to run as. The server runs commands as one user, and refuses others."),
        ("-N", "Run no command."),
        ("-n", "Do not read standard input."),
        ("-O COMMAND", "check exits with 255, since there is no control socket; exit and stop do nothing."),
        ("-o KEY=VALUE", "Set a key of the configuration, or of ssh_config(5)."),
        ("-p PORT", "The port [7022]."),
        ("-Q KIND", "Print the algorithms of this kind."),
        ("-q", "Show only failures."),
        ("-s", "The command is a subsystem: sftp, for which the server starts the sftp-server that is installed there."),
        ("-T, -t, -tt", "Give the command no terminal; a terminal; a terminal also if standard input is not one."),
        ("-V", "Print the version, in the form of OpenSSH."),
        ("-v", "Show the steps of the connection, in the form of OpenSSH."),
        ("-W HOST:PORT", "Connect standard input and output to this address through the server."),
    ];

    /// <summary>Writes the page.</summary>
    public static void WriteTo(TextWriter target)
    {
        var page = new ManualWriter(target);
        page.Title(SshProgram.Name, 1, ProductVersion.Text);
        page.Section("Name");
        target.Write("rsh\\-ssh \\- run programs that call ssh over RemoteShell\n");
        page.Section("Synopsis");
        page.Lines(["rsh-ssh [OPTIONS] [USER@]HOST [COMMAND...]", "rsh-client ssh [OPTIONS] [USER@]HOST [COMMAND...]"]);
        page.Section("Description");
        page.Paragraph(
            "rsh-ssh takes the arguments of ssh(1), and connects to an rsh-server. It is for programs that call ssh, such as rsync and "
            + "git. People use the other commands of rsh-client(1), which verify more and explain more.");
        page.Paragraph(
            "HOST is a name, an address, or ssh://[USER@]HOST[:PORT]. Options may be joined, and may follow HOST; -- ends them. The words "
            + "of COMMAND are joined with spaces, and the shell of the user at the server reads them. Without COMMAND, a login shell "
            + "runs.");
        page.Section("Rules");
        page.Item(
            "Exit status",
            "That of the command; 128 and the number of a signal that ended it. 255 for each failure of this program, "
            + "also for a wrong option.");
        page.Item("Questions", "None without a terminal: an unknown server is refused then. With -o BatchMode=yes there are none at all.");
        page.Item(
            "Host keys",
            "They are kept in known_hosts of rsh-client, in the format of ssh, with ports. "
            + "UserKnownHostsFile names other files: new keys go into the first; "
            + "GlobalKnownHostsFile names further ones. StrictHostKeyChecking: yes refuses unknown servers, no and accept-new take them. "
            + "A server whose key has changed is refused in each case.");
        page.Item(
            "Files",
            "Those of rsh-client-config(5), which may have the keys of ssh_config(5) too. ~/.ssh/config is read only if -F or Include "
            + "names it. Of a file that is not this client's, Port 22 is not taken, nor is an IdentityFile of another kind.");
        page.Item("First value", "The first value of a key counts, and options go before files.");
        page.Item("Calls of itself", "After 8 calls around each other, also through a server, rsh-ssh ends with a message.");
        page.Item("A lost connection", "rsh-ssh reconnects, and the command goes on at the exact byte.");
        page.Section("Options");
        foreach ((string term, string text) in Options)
            page.Item(term, text);
        page.Section("Accepted in silence");
        page.Paragraph(
            "Nothing depends on these, since a connection is TLS 1.3 and costs little: -1, -2, -C, -c, -I, -K, -k, -M, -m, -P, -S, -y, and "
            + $"with -o: {string.Join(", ", SshKeys.Silent)}.");
        page.Section("Refused");
        page.Paragraph(
            "A call that relies on these would be weaker without them: -B, -w, -X, -Y, and with -o: "
            + $"{string.Join(", ", SshKeys.Refused.Keys.Select(key => key.Name))}, unless their value asks for nothing. An unknown key is "
            + "refused too, as by ssh; IgnoreUnknown names patterns of keys that are not.");
        page.Section("Environment");
        page.Item("SendEnv, SetEnv", "Name variables for the command, and set them.");
        page.Item("SSH_CONNECTION", "Is set for the command, and SSH_CLIENT for a login shell.");
        page.Item(SshDepth.Variable, "The number of calls around this one.");
        page.Section("Examples");
        page.Lines(
        [
            "rsync -a -e rsh-ssh dir/ host:dir/",
            "GIT_SSH_COMMAND=rsh-ssh git clone host:repo",
            "scp -S rsh-ssh file host:",
            "sftp -S rsh-ssh host",
            "sshfs -o ssh_command=rsh-ssh host: dir",
            "tar -c dir | rsh-ssh host tar -x",
            "ansible all -e ansible_ssh_executable=rsh-ssh -e ansible_sftp_extra_args='-S rsh-ssh' -m ping",
            "BORG_RSH=rsh-ssh borg create ssh://host/~/backup::today dir",
            "hg --config ui.ssh=rsh-ssh clone ssh://host/repo",
            "clush -O ssh_path=rsh-ssh -w 'host[1-20]' uptime",
            "mosh --ssh=rsh-ssh --experimental-remote-ip=remote host",
        ]);
        page.Section("See also");
        page.Paragraph("rsh-client(1), rsh-client-config(5), rsh-server(8), ssh(1), ssh_config(5)");
    }
}
