using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Configuration;
using RemoteShell.Cli.Failures;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Server.Configuration;

/// <summary>Reads the server's configuration file, and the files that it includes. The first value of a key counts, as with sshd.</summary>
/// <param name="run">The command whose options the keys stand for. Each option checks its own values.</param>
internal sealed class ServerConfigurationReader(Command run)
{
    // Of files that include each other; as in OpenSSH.
    private const int MaxDepth = 16;

    // Files that include each other twice would have more than anybody reads.
    private const int MaxFaults = 100;

    private static readonly ParserConfiguration NoResponseFiles = new() { ResponseFileTokenReplacer = null };

    private readonly List<ServerSetting> _settings = [];
    private readonly List<RemoteShellException> _faults = [];
    private readonly List<string> _ignored = [];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What it says, and all that is wrong with it: this does not throw.</returns>
    public ServerConfiguration Read(string path)
    {
        Read(path, from: null, depth: 0);
        return new(_settings, _faults) { File = path };
    }

    // From is the line that includes the file; null: none does.
    private void Read(string path, ConfigurationPlace? from, int depth)
    {
        string[] lines;
        try
        {
            lines = ConfigurationFile.ReadLines(path);
        }
        catch (RemoteShellException e)
        {
            _faults.Add(from is null ? e : new ConfigurationException(from, e.Message) { Hint = e.Hint });
            return;
        }

        for (int i = 0; i < lines.Length && _faults.Count < MaxFaults; i++)
            ReadLine(new(path, i + 1), lines[i], depth);
    }

    private void ReadLine(ConfigurationPlace place, string text, int depth)
    {
        try
        {
            if (ConfigurationText.ReadLine(place, text) is { } line)
                Take(line, depth);
        }
        catch (ConfigurationException e)
        {
            _faults.Add(e);
        }
    }

    private void Take(ConfigurationLine line, int depth)
    {
        switch (line.Keyword.ToLowerInvariant())
        {
            case "include":
                Include(line, depth);
                break;
            case "ignoreunknown":
                _ignored.AddRange(line.Argument().ToLowerInvariant().Split(','));
                break;
            default:
                TakeKey(line);
                break;
        }
    }

    private void TakeKey(ConfigurationLine line)
    {
        if (ServerKeys.Find(line.Keyword) is not { } key)
        {
            if (HostPatterns.Match(_ignored, pattern => HostPatterns.Fits(line.Keyword.ToLowerInvariant(), pattern)))
                return;
            string meant = Suggestion.For(line.Keyword, ServerKeys.All.Select(known => known.Name));
            throw new ConfigurationException(line.Place, $"there is no key '{line.Keyword}'{meant}")
            {
                Hint = $"list all keys: man rsh-server; to keep the line for sshd: IgnoreUnknown {line.Keyword}",
            };
        }

        Option option = run.Options.First(option => option.Name == key.Option);
        bool repeats = option.Arity.MaximumNumberOfValues > 1;
        foreach (ServerSetting setting in SettingsOf(key, option, line))
        {
            if (repeats || !_settings.Exists(known => known.Key == key))
                _settings.Add(setting);
        }
    }

    private ServerSetting[] SettingsOf(ServerKey key, Option option, ConfigurationLine line)
    {
        if (option.Arity.MinimumNumberOfValues == 0)
            return [Flag(key, line)];
        if (!key.TakesSeveral)
            return [Checked(key, line.Argument(), line)];
        IReadOnlyList<string> values = line.Arguments();
        return values.Count > 0
            ? [.. values.Select(value => Checked(key, value, line))]
            : throw new ConfigurationException(line.Place, $"{key.Name} needs a value");
    }

    private static ServerSetting Flag(ServerKey key, ConfigurationLine line)
        => line.IsYes() ? new(key, "yes", key.Option, line.Place) : new(key, "no", null, line.Place);

    private ServerSetting Checked(ServerKey key, string value, ConfigurationLine line)
    {
        if (value.Length == 0)
            throw new ConfigurationException(line.Place, $"{key.Name} needs a value");
        string argument = $"{key.Option}={value}";
        if (run.Parse([argument], NoResponseFiles).Errors is [var error, ..])
        {
            throw new ConfigurationException(line.Place, ServerKeys.WithKey(error.Message, key))
            {
                Hint = "see: man rsh-server, or rsh-server run --help",
            };
        }

        return new(key, value, argument, line.Place);
    }

    private void Include(ConfigurationLine line, int depth)
    {
        if (depth == MaxDepth)
            throw new ConfigurationException(line.Place, $"files include each other more than {MaxDepth} times, one inside the other");
        string folder = Path.GetDirectoryName(Path.GetFullPath(line.Place.File))!;
        foreach (string pattern in line.Arguments())
        {
            foreach (string file in FilesOf(pattern, folder, line.Place))
                Read(file, line.Place, depth + 1);
        }
    }

    private static string[] FilesOf(string pattern, string folder, ConfigurationPlace place)
    {
        try
        {
            return [.. IncludedFiles.Find(pattern, folder)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(place, $"cannot look for {pattern}: {FileFailure.ReasonOf(e)}");
        }
    }
}
