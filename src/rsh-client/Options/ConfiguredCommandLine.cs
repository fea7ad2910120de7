using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Nodes;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Cli.Configuration;

namespace RemoteShell.Cli.Client.Options;

/// <summary>Adds to a command line what the configuration says of its host. What the user gives goes before.</summary>
/// <param name="commandLine">Reads command lines.</param>
internal sealed class ConfiguredCommandLine(CommandLine commandLine)
{
    private const string TtyName = "--tty", ForcedTtyName = "-tt", EnvName = "--env", ShellName = "shell", NoCommand = "none";

    // An option that the user gives, and one that does not go together with it, and so does not count in a file.
    private static readonly (string Given, string Without)[] Exclusive =
    [
        ("--detach", "--on-disconnect"), ("--detach", TtyName), ("--json", TtyName), ("--verbose", "--quiet"), ("--quiet", "--verbose"),
    ];

    /// <summary>Reads a command line.</summary>
    /// <exception cref="UsageException">The command line is wrong.</exception>
    /// <exception cref="ConfigurationException">The configuration is wrong.</exception>
    public ParseResult Parse(IReadOnlyList<string> args)
    {
        ParseResult parsed = commandLine.Parse(args);
        // Only a command line that asks for help may have errors here.
        return parsed.Errors.Count == 0 && HostOf(parsed) is { } host ? Apply(args, parsed, HostOptions.Settings(parsed, host)) : parsed;
    }

    /// <summary>Whether the settings of a host add something to a command line.</summary>
    /// <exception cref="ConfigurationException">The configuration is wrong.</exception>
    public bool HasOptionsFor(ParseResult parsed, string host) => HostOptions.Settings(parsed, host).All
        .Any(setting => OptionsOf(setting, parsed).Any() || OperandOf(setting, parsed) is not null);

    private ParseResult Apply(IReadOnlyList<string> args, ParseResult parsed, HostSettings settings)
    {
        Command command = parsed.CommandResult.Command;
        // The names of the command stand first: "get", or "file ls".
        int names = UsageLine.NameOf(command).Split(' ').Length;
        List<string> front = [.. args.Take(names)], rest = [.. args.Skip(names)];
        ParseResult last = parsed;
        foreach (Setting setting in settings.All)
        {
            List<string> words = [.. OptionsOf(setting, parsed)];
            string? operand = OperandOf(setting, parsed);
            if (words.Count == 0 && operand is null)
                continue;
            front.AddRange(words);
            if (operand is not null)
                rest.Add(operand);
            try
            {
                last = commandLine.Parse([.. front, .. rest]);
            }
            catch (UsageException e)
            {
                throw new ConfigurationException(setting.Place, e.Message);
            }
        }

        return last;
    }

    // The first operand that names a host. Null if there is none, or if it is wrong: then the command says what is wrong.
    private static string? HostOf(ParseResult parsed)
    {
        try
        {
            string? host = parsed.CommandResult.Command.Arguments.Contains(HostOptions.Host)
                ? parsed.GetValue(HostOptions.Host)
                : HostOfPath(parsed);
            // The hosts of a set have settings each of their own.
            return host is null || Targets.IsSet(host) || HostQuery.Parse(host) is null ? null : host;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? HostOfPath(ParseResult parsed)
        => parsed.CommandResult.Command.Options.Any(HostOptions.Connection.Contains)
            && parsed.CommandResult.Tokens.FirstOrDefault(token => RemotePath.IsRemote(token.Value)) is { } path
            ? RemotePath.Split(path.Value).Host
            : null;

    private static IEnumerable<string> OptionsOf(Setting setting, ParseResult parsed)
    {
        if (setting.Key == ConfigurationKeys.RequestTty)
            return TerminalOf(setting, parsed);
        if (setting.Key == ConfigurationKeys.SetEnv)
            return VariablesOf(setting, parsed);
        // Forwards are started by the command, beside those of its command line.
        if (setting.Key.Adds || setting.Key.Option is not { } name || Find(parsed, name) is not { } option)
            return [];
        if (IsGiven(parsed, option) || IsExcluded(parsed, name) || parsed.CommandResult.Command.Name == setting.Key.NotOf)
            return [];
        if (setting.Key.Shape == KeyShape.Flag)
            return setting.Values[0] == "yes" ? [name] : [];
        return [$"{name}={setting.Values[0]}"];
    }

    private static string? OperandOf(Setting setting, ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        bool isShell = command.Name == ShellName && parsed.CommandResult.Tokens.Count == 1;
        return setting.Key == ConfigurationKeys.RemoteCommand && isShell && setting.Values[0] != NoCommand ? setting.Values[0] : null;
    }

    private static IEnumerable<string> TerminalOf(Setting setting, ParseResult parsed)
    {
        bool isGiven = new[] { TtyName, ForcedTtyName }.Any(name => IsGiven(parsed, name));
        if (isGiven || IsExcluded(parsed, TtyName) || Find(parsed, TtyName) is null)
            return [];
        return setting.Values[0] switch
        {
            "force" => [ForcedTtyName],
            // As with ssh, a script without a terminal runs its commands without one.
            "yes" or "true" when LocalTerminal.IsThere => [TtyName],
            _ => [],
        };
    }

    // Those that the user does not set.
    private static IEnumerable<string> VariablesOf(Setting setting, ParseResult parsed)
    {
        if (Find(parsed, EnvName) is not Option<string[]> option)
            return [];
        HashSet<string> given = [.. (parsed.GetValue(option) ?? []).Select(NameOf)];
        return setting.Values.Where(value => !given.Contains(NameOf(value))).Select(value => $"{EnvName}={value}");
    }

    private static string NameOf(string variable) => variable.Split('=')[0];

    private static Option? Find(ParseResult parsed, string name)
        => parsed.CommandResult.Command.Options.FirstOrDefault(option => option.Name == name);

    private static bool IsExcluded(ParseResult parsed, string name)
        => Exclusive.Any(pair => pair.Without == name && IsGiven(parsed, pair.Given));

    private static bool IsGiven(ParseResult parsed, string name) => Find(parsed, name) is { } option && IsGiven(parsed, option);

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
