using System.CommandLine;
using System.CommandLine.Completions;
using RemoteShell.Cli.Client.Options;

namespace RemoteShell.Cli.Client.Completing;

/// <summary>Completes a command line of this program, from its tree of commands.</summary>
/// <param name="root">The commands.</param>
/// <param name="trailing">The names of commands whose words after HOST belong to a remote command.</param>
/// <param name="hosts">The hosts that are known here.</param>
/// <param name="remote">Jobs and paths of a server.</param>
internal sealed class CommandCompletion(RootCommand root, IReadOnlyList<string> trailing, ConfiguredHosts hosts, RemoteNames remote)
{
    private const string EndOfOptions = "--", StandardStream = "-";

    /// <summary>The words that may stand in the place of the last one.</summary>
    /// <param name="words">The words after the name of the program; the last may be empty.</param>
    public async Task<IReadOnlyList<Candidate>> OfAsync(IReadOnlyList<string> words)
    {
        string current = words.Count == 0 ? "" : words[^1];
        IReadOnlyList<Candidate> all = await AllAsync([.. words.Take(words.Count - 1)], current);
        return [.. all.Where(candidate => candidate.Text.StartsWith(current, StringComparison.Ordinal)).DistinctBy(one => one.Text)];
    }

    private async Task<IReadOnlyList<Candidate>> AllAsync(IReadOnlyList<string> before, string current)
    {
        Command command = root;
        int next = 0;
        while (command.Subcommands.Count > 0)
        {
            if (next == before.Count)
                return current.StartsWith('-') ? OptionsOf(command) : [.. command.Subcommands.Where(inner => !inner.Hidden).Select(Named)];
            string name = before[next++];
            if (command.Subcommands.FirstOrDefault(inner => inner.Name == name) is not { } inner)
                return [];
            command = inner;
        }

        var operands = new List<string>();
        Option? open = null;
        bool isRest = false;
        foreach (string word in before.Skip(next))
        {
            if (open is not null)
                open = null;
            else if (!isRest && word == EndOfOptions)
                isRest = true;
            else if (isRest || word == StandardStream || !word.StartsWith('-'))
                operands.Add(word);
            else
                open = word.Contains('=', StringComparison.Ordinal) ? null : Valued(command, word);
            isRest |= operands.Count > 0 && trailing.Contains(command.Name);
        }

        if (open is not null)
            return ValuesOf(open, current, "");
        if (isRest || !current.StartsWith('-'))
            return await OperandsAsync(command, operands, current);
        return OptionsOf(command, current);
    }

    private static Candidate Named(Command command) => new(command.Name, command.Description ?? "");

    private static Option? Valued(Command command, string word)
        => command.Options.FirstOrDefault(
            option => option.Arity.MinimumNumberOfValues > 0 && (option.Name == word || option.Aliases.Contains(word)));

    private IReadOnlyList<Candidate> OptionsOf(Command command, string current)
    {
        int equals = current.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            return OptionsOf(command);
        string prefix = current[..(equals + 1)];
        return Valued(command, current[..equals]) is { } option ? ValuesOf(option, current[(equals + 1)..], prefix) : [];
    }

    private static IReadOnlyList<Candidate> OptionsOf(Command command) =>
    [
        .. from option in command.Options
           where !option.Hidden
           from name in option.Aliases.Prepend(option.Name)
           where name.Length > 2
           select new Candidate(name, option.Description ?? ""),
    ];

    // The values that the help names, local files, or hosts.
    private IReadOnlyList<Candidate> ValuesOf(Option option, string typed, string prefix)
    {
        IEnumerable<Candidate> values = option.HelpName switch
        {
            "FILE" or "DIR" => LocalPaths.Of(typed),
            HostOptions.JumpHosts => JumpsOf(typed),
            { } names when names.Contains('|', StringComparison.Ordinal) => names.Split('|').Select(name => new Candidate(name)),
            _ => [],
        };
        return [.. values.Select(value => value with { Text = $"{prefix}{value.Text}" })];
    }

    private async Task<IReadOnlyList<Candidate>> OperandsAsync(Command command, List<string> operands, string current)
    {
        if (command.Name is "put" or "get" or "cp" || command.Parents.Any(parent => parent.Name == "file"))
        {
            IReadOnlyList<Candidate> remotes = await RemotePathsAsync(current);
            bool takesLocal = command.Name is "put" or "get" && !RemotePath.IsRemote(current);
            return takesLocal ? [.. LocalPaths.Of(current), .. remotes] : remotes;
        }

        if (command.Arguments.Contains(TargetOptions.All))
            return HostsFor(current, "");
        int place = operands.Count;
        if (place >= command.Arguments.Count)
            return [];
        Argument argument = command.Arguments[place];
        if (argument == HostOptions.Host)
            return HostsFor(current, "");
        if (argument == JobOptions.Job && place > 0)
            return await remote.JobsAsync(operands[0]);
        if (argument.Name == "FILE")
            return LocalPaths.Of(current);
        return [.. argument.GetCompletions(CompletionContext.Empty).Select(value => new Candidate(value.Label))];
    }

    private async Task<IReadOnlyList<Candidate>> RemotePathsAsync(string current)
    {
        if (!RemotePath.IsRemote(current))
            return HostsFor(current, ":");
        // What follows the host as it is typed: HOST:7022:PATH too.
        (string host, string path) = RemotePath.SplitTyped(current);
        return await remote.PathsAsync(host, path);
    }

    // Those before the last comma stay.
    private IEnumerable<Candidate> JumpsOf(string typed)
    {
        int last = typed.LastIndexOf(',') + 1;
        return HostsFor(typed[last..], "").Select(host => host with { Text = $"{typed[..last]}{host.Text}" });
    }

    // A user that is typed before the host stays. @ alone, or behind USER@, begins a group.
    private IReadOnlyList<Candidate> HostsFor(string current, string end)
    {
        int at = current.LastIndexOf('@');
        string user = current[..(at + 1)];
        if (at >= 0 && (at == 0 || current[at - 1] == '@'))
            return [.. hosts.Groups().Select(name => new Candidate($"{user}{name}{end}"))];
        return [.. hosts.Names().Select(name => new Candidate($"{user}{name}{end}"))];
    }
}
