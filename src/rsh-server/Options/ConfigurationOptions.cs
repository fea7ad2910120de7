using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Server.Configuration;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Server.Options;

/// <summary>The options that say which configuration file to read, and whether only to check it.</summary>
internal static class ConfigurationOptions
{
    private const string DefaultFile = "/etc/rsh-server/config";
    private const string NoFile = "none";

    private static readonly Option<string> File = new Option<string>("--config", "-F")
    {
        Description = $"Read this configuration file; 'none' reads none [{DefaultFile}, if it exists]. Options go before the file.",
        HelpName = "FILE",
    }.NotEmpty();

    private static readonly Option<bool> Check = new("--check")
    {
        Description = "Check the options, the configuration file, the keys and the addresses; print what is wrong, and start nothing.",
    };

    /// <summary>The options, which have no keys in the file.</summary>
    public static IReadOnlyList<Option> All { get; } = [File, Check];

    public static void AddTo(Command command)
    {
        foreach (Option option in All)
            command.Add(option);
    }

    /// <summary>Whether only to check.</summary>
    public static bool OnlyCheck(ParseResult parsed) => parsed.GetValue(Check);

    /// <summary>Reads the configuration file that the command line names, or that of the machine.</summary>
    /// <returns>What it says, and all that is wrong with it: this does not throw.</returns>
    public static ServerConfiguration Read(ParseResult parsed)
    {
        string? named = parsed.GetValue(File);
        if (named == NoFile || (named is null && !System.IO.File.Exists(DefaultFile)))
            return new([], []);
        if (named is not null && !Path.Exists(named))
        {
            var missing = new RemoteShellException($"--config: there is no file {named}") { Hint = "to read no file: --config none" };
            return new([], [missing]);
        }

        string path = named is null ? DefaultFile : Path.GetFullPath(named);
        return new ServerConfigurationReader(parsed.CommandResult.Command).Read(path);
    }
}
