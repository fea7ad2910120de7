using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Configuration;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>Collects the settings of one host from configuration files, by the rules of ssh_config(5): the first value wins.</summary>
/// <param name="settings">Where the settings go.</param>
/// <param name="keys">The keys that the files may have.</param>
/// <param name="files">The files.</param>
internal sealed class ConfigurationReader(HostSettings settings, IReadOnlyList<ConfigurationKey> keys, KnownFiles files)
{
    /// <summary>Of files that include each other; as in OpenSSH.</summary>
    public const int MaxDepth = 16;

    private readonly List<string> _ignored = [];

    /// <summary>Reads a file; nothing happens if it does not exist.</summary>
    /// <exception cref="ConfigurationException">A line is wrong.</exception>
    /// <exception cref="PrivateFileException">Other users may write to the file.</exception>
    public void Read(string path) => Read(path, canMatch: true, depth: 0);

    /// <summary>The files that an <c>Include</c> names.</summary>
    /// <param name="line">The line.</param>
    /// <param name="path">The file that has it.</param>
    /// <exception cref="ConfigurationException">A quote has no end.</exception>
    public static IEnumerable<string> FilesOf(ConfigurationLine line, string path)
        => line.Arguments().SelectMany(pattern => IncludedFiles.Find(pattern, Path.GetDirectoryName(Path.GetFullPath(path))!));

    /// <summary>The exception for an <c>Include</c> that is too deep.</summary>
    public static ConfigurationException TooDeep(ConfigurationLine line)
        => new(line.Place, $"files include each other more than {MaxDepth} times, one inside the other");

    private void Read(string path, bool canMatch, int depth)
    {
        bool isActive = canMatch;
        foreach (KnownLine known in files.LinesOf(path))
        {
            ConfigurationLine line = known.Line;
            switch (known.Keyword)
            {
                case "host":
                    isActive = HostPatterns.Match(PatternsOf(known), settings.Query.Fits) && canMatch;
                    break;
                case "match":
                    isActive = new MatchCriteria(settings).AreMet(line, canMatch);
                    break;
                case "include":
                    Include(line, path, isActive, depth);
                    break;
                case "ignoreunknown":
                    _ignored.AddRange(line.Argument().Split(','));
                    break;
                default:
                    if (isActive || !known.IsChecked)
                        Take(known, isActive);
                    break;
            }
        }
    }

    private static IReadOnlyList<string> PatternsOf(KnownLine known)
    {
        IReadOnlyList<string> patterns = known.Arguments;
        if (!known.IsChecked && patterns.Any(pattern => pattern is "" or "!"))
            throw new ConfigurationException(known.Line.Place, $"{known.Line.Keyword} has an empty pattern");
        known.IsChecked = true;
        return patterns;
    }

    private void Take(KnownLine known, bool isActive)
    {
        if ((known.SettingOf(keys) ?? Read(known)) is { } setting && isActive && !setting.Key.IsGlobal)
            settings.Add(setting);
    }

    // Null if the line is ignored.
    private Setting? Read(KnownLine known)
    {
        ConfigurationLine line = known.Line;
        if (keys.FirstOrDefault(candidate => candidate.Is(line.Keyword)) is { } key)
            return known.Keep(keys, new(key, key.ValuesOf(line), line.Place));
        if (HostPatterns.Match(_ignored, pattern => HostPatterns.Fits(line.Keyword.ToLowerInvariant(), pattern.ToLowerInvariant())))
            return null;
        string meant = Suggestion.For(line.Keyword, keys.Select(known => known.Name));
        throw new ConfigurationException(line.Place, $"there is no key '{line.Keyword}'{meant}")
        {
            Hint = $"list all keys: man rsh-client-config; to keep the line for ssh: IgnoreUnknown {line.Keyword}",
        };
    }

    private void Include(ConfigurationLine line, string path, bool isActive, int depth)
    {
        if (depth == MaxDepth)
            throw TooDeep(line);
        foreach (string file in FilesOf(line, path))
            Read(file, isActive, depth + 1);
    }
}
