using System.CommandLine;
using RemoteShell.Cli.Server.Commands;
using RemoteShell.Cli.Server.Configuration;
using RemoteShell.Cli.Server.Options;

namespace RemoteShell.Cli.Server.Tests.Configuration;

/// <summary>A configuration file in a temporary folder, and what <c>rsh-server run</c> reads from it.</summary>
internal sealed class SettingsFile : IDisposable
{
    private static readonly RootCommand Root = new() { RunCommand.Create() };

    private readonly TemporaryFolder _folder = new();

    public string Path => _folder["config"];

    public string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();

    /// <summary>Writes the file.</summary>
    public SettingsFile With(params string[] lines)
    {
        File.WriteAllLines(Path, lines);
        return this;
    }

    /// <summary>Reads the settings with further options on the command line.</summary>
    public RunSettings Read(params string[] arguments)
        => ReadOther(["--config", Path, .. arguments]);

    /// <summary>Reads the settings of a command line that does not name the file.</summary>
    public static RunSettings ReadOther(params string[] arguments) => RunSettings.Read(Root.Parse(["run", .. arguments]));

    /// <summary>Reads the file alone.</summary>
    public ServerConfiguration ReadFile() => new ServerConfigurationReader(Root.Subcommands[0]).Read(Path);

    /// <summary>Reads the settings, and returns what is wrong; the path of the file is written as FILE.</summary>
    public string[] Faults(params string[] arguments)
        => [.. Read(arguments).Faults.Select(fault => fault.Message.Replace(Path, "FILE", StringComparison.Ordinal))];
}
