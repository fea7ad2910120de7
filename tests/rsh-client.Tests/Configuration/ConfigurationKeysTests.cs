using System.CommandLine;
using RemoteShell.Cli.Client.Commands;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Options;

namespace RemoteShell.Cli.Client.Tests.Configuration;

/// <summary>The table of keys beside the options and the documentation.</summary>
public sealed class ConfigurationKeysTests
{
    // Each says what one command line is to do, not how a host is.
    private static readonly string[] OfOneCommand =
    [
        "--stdin", "--tty", "-tt", "--shell", "--exec", "--env", "--detach", "--json", "--recursive", "--no-target-folder", "--dry-run",
        "--delete", "--exclude", "--include", "--exclude-from", "--record", "-p", "-P", "--config", "--remote", "--socks", "--from-start",
        "--from", "--read-only", "--tail", "--length", "--stream", "--signal", "--all", "--running", "--parents", "--last", "--count",
        "--interval", "--udp", "-l",
        .. FleetOptions.All.Append(FleetOptions.Targets).Concat(BroadcastOptions.All).Select(option => option.Name),
    ];

    // Their keys are those of ssh_config, or of the same name.
    private static readonly string[] OfConnection = [.. HostOptions.Connection.Select(option => option.Name)];

    [Fact]
    public void Each_option_that_says_how_a_host_is_has_a_key()
    {
        Command[] commands =
        [
            RunCommand.Create(UnusedCommands.Own, []), ShellCommand.Create(), ConnectCommand.Create(UnusedCommands.Own),
            PutCommand.Create(UnusedCommands.Own, []), GetCommand.Create(UnusedCommands.Own, []), CpCommand.Create(),
            ForwardCommand.Create(), AttachCommand.Create(UnusedCommands.Own), LogsCommand.Create(), WaitCommand.Create(),
            KillCommand.Create(), RmCommand.Create(), JobsCommand.Create(UnusedCommands.Own, []), .. FileCommand.Create().Subcommands,
            WhoCommand.Create(), ChatCommand.Create(), NotifyCommand.Create(), TimeCommand.Create(), CalcCommand.Create(),
            PingCommand.Create(UnusedCommands.Own, []), UpperCommand.Create(),
        ];
        string[] options = [.. commands.SelectMany(command => command.Options).Select(option => option.Name).Distinct()];
        string[] keys = [.. ConfigurationKeys.All.Select(key => key.Option).OfType<string>()];
        Assert.Equal([], options.Except(keys).Except(OfOneCommand).Except(OfConnection));
        Assert.Equal([], keys.Except(options));
    }

    [Fact]
    public void Each_option_of_the_connection_has_a_key()
    {
        string[] without = [.. OfConnection.Where(option => option != "--config" && ConfigurationKeys.Find(option) is null)];
        Assert.Equal([], without);
    }

    [Fact]
    public void Documentation_has_each_key_and_no_other()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "configuration.md"));
        string table = text[text.IndexOf("## Keys", StringComparison.Ordinal)..text.IndexOf("Tokens in", StringComparison.Ordinal)];
        string[] named =
        [
            .. table.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
                .SelectMany(line => line.Split('|')[1].Split(',')).Select(name => name.Trim(' ', '`')),
        ];
        Assert.Equal(ConfigurationKeys.All.Select(key => key.Name).Order(), named.Order());
    }

    [Fact]
    public void Names_are_found_in_any_case_with_or_without_hyphens()
    {
        foreach (string name in (string[])["GiveUp", "giveup", "give-up", "GIVE-UP"])
            Assert.Equal("GiveUp", ConfigurationKeys.Find(name)?.Name);
        Assert.Equal(ConfigurationKeys.All.Count, ConfigurationKeys.All.Select(key => ConfigurationKey.Plain(key.Name)).Distinct().Count());
    }
}
