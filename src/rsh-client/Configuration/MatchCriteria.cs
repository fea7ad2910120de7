using System.Diagnostics;
using RemoteShell.Cli.Configuration;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>The criteria of a <c>Match</c> line, all of which must be met.</summary>
/// <param name="settings">What the lines before have set.</param>
internal sealed class MatchCriteria(HostSettings settings)
{
    private const string Known = "all, host, originalhost, user, localuser and exec";

    /// <summary>Whether all criteria are met.</summary>
    /// <param name="line">The line.</param>
    /// <param name="canMatch">Whether the line can count at all. If not, it is only checked.</param>
    /// <exception cref="ConfigurationException">The line is wrong.</exception>
    public bool AreMet(ConfigurationLine line, bool canMatch)
    {
        var words = new Queue<string>(line.Arguments());
        bool areMet = canMatch, isFirst = true;
        while (words.TryDequeue(out string? word))
        {
            bool isNegated = word.StartsWith('!');
            string[] pair = word.TrimStart('!').Split('=', 2);
            string criterion = pair[0].ToLowerInvariant();
            if (criterion == "all")
            {
                if (!isFirst || words.Count > 0 || isNegated || pair.Length > 1)
                    throw new ConfigurationException(line.Place, "Match all stands alone");
                return areMet;
            }

            isFirst = false;
            if (criterion is not ("host" or "originalhost" or "user" or "localuser" or "exec"))
                throw new ConfigurationException(line.Place, $"Match does not know '{word}'; it knows {Known}");
            if ((pair.Length > 1 ? pair[1] : words.TryDequeue(out string? next) ? next : null) is not { Length: > 0 } value)
                throw new ConfigurationException(line.Place, $"Match {criterion} needs a value");
            // A command runs only if everything before it is met.
            areMet = areMet && IsMet(criterion, value, line.Place) != isNegated;
        }

        if (isFirst)
            throw new ConfigurationException(line.Place, $"Match needs a criterion: {Known}");
        return areMet;
    }

    private bool IsMet(string criterion, string value, ConfigurationPlace place) => criterion switch
    {
        "host" => IsListed(settings.Address.Host.ToLowerInvariant(), value.ToLowerInvariant()),
        "originalhost" => IsListed(settings.Query.Name.ToLowerInvariant(), value.ToLowerInvariant()),
        "user" => IsListed(settings.User ?? Environment.UserName, value),
        "localuser" => IsListed(Environment.UserName, value),
        _ => Succeeds(value, place),
    };

    private static bool IsListed(string name, string patterns)
        => HostPatterns.Match(patterns.Split(','), pattern => HostPatterns.Fits(name, pattern));

    private bool Succeeds(string command, ConfigurationPlace place)
    {
        try
        {
            string line = ConfigurationTokens.Expand(command, settings.Query, settings.Address, settings.User);
            // The shell redirects the command's input and output to /dev/null.
            using var process = Process.Start("/bin/sh", ["-c", "exec </dev/null >/dev/null; eval \"$1\"", "sh", line]);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (FormatException e)
        {
            throw new ConfigurationException(place, $"Match exec: {e.Message}");
        }
    }
}
