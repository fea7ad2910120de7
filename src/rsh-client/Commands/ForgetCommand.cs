using System.CommandLine;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;
using RemoteShell.Client.Trust;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client forget</c>: removes a server from known_hosts.</summary>
internal static class ForgetCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("forget", "Remove the key of a server from known_hosts.")
        {
            Details =
            [
                "Hashed names are found too. Other names in the same line stay, and so do patterns and lines with a marker such as "
                    + "@revoked. The file from before is kept beside it as known_hosts.old.",
                "Exit status: 0, or 1 if the server was not there.",
            ],
            Examples = ["forget server.example", "forget '[2001:db8::7]:7022'"],
        };
        command.Add(HostOptions.Host);
        command.Add(HostOptions.Config);
        command.SetAction((parsed, _) => ClientCommand.AnswerAsync(() => Task.FromResult(Run(parsed))));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        HostSettings settings = HostOptions.Settings(parsed, parsed.GetValue(HostOptions.Host)!);
        HostAddress host = settings.Address;
        string path = new ClientOptions { Host = host }.KnownHostsFile;
        IReadOnlyList<ForgottenHost> lines = KnownHostsEditor.Forget(path, host);
        foreach (ForgottenHost line in lines)
        {
            string what = line.OtherNames.Count == 0 ? "removed" : $"removed the name, and kept {string.Join(", ", line.OtherNames)}";
            StandardLine($"{host}: {what}: line {line.Line} of {path}{(line.Key is { } key ? $", {key}" : "")}");
        }

        if (lines.Count > 0)
            StandardLine($"the file from before is {path}{KnownHostsEditor.BackupEnding}");
        if (KnownHostsEditor.FindOther(path, host) is { Count: > 0 } others)
            UserMessages.Say($"{path} is still about {host}, by a pattern or a marker: line {string.Join(", ", others)}");
        return lines.Count > 0
            ? 0
            : UserMessages.Fail(1, $"{path} does not name {host}", "name it as when you connect, with its port if that is not 7022");
    }

    private static void StandardLine(string text) => Streams.StandardText.Output.WriteLine(text);
}
