using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Fleet;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Nodes;

/// <summary>The hosts that a word of the command line names: a host, or <c>[USER@]SET[:PORT]</c>.</summary>
internal sealed class Targets
{
    /// <summary>The word that means: read node sets from standard input.</summary>
    public const string StandardInput = "-";

    private const string Operators = ",!&^", Wildcards = "*?";

    private const string Hint = "show what a set means: rsh-client hosts expand 'web[1-20]'";

    private Targets(NodeSet nodes) => Nodes = nodes;

    /// <summary>The hosts as a set. It is not empty.</summary>
    public NodeSet Nodes { get; }

    /// <summary>Each host once, as <see cref="HostQuery.Parse"/> reads it.</summary>
    public IReadOnlyList<string> Hosts => Nodes.Names;

    /// <summary>Whether a word is a set, which may have one host, and not a plain host.</summary>
    public static bool IsSet(string text)
    {
        if (text == StandardInput || text.StartsWith('@') || text.Contains("@@", StringComparison.Ordinal))
            return true;
        if (text.AsSpan().ContainsAny(Operators) || text.AsSpan().ContainsAny(Wildcards))
            return true;
        // A user may have brackets. Those of an IPv6 address begin the host.
        string host = text[(text.LastIndexOf('@') + 1)..];
        int open = host.IndexOf('[', StringComparison.Ordinal);
        if (open != 0 || !host.Contains(':', StringComparison.Ordinal))
            return open >= 0;
        int close = host.IndexOf(']', StringComparison.Ordinal), colon = host.IndexOf(':', StringComparison.Ordinal);
        return close >= 0 && (colon > close || host.IndexOf('[', close) >= 0);
    }

    /// <summary>Reads words, and for <c>-</c> standard input. The hosts of all words are put together.</summary>
    /// <exception cref="UsageException">A set is wrong or empty, or a node is not a host.</exception>
    public static async Task<Targets> ReadAsync(IReadOnlyList<string> words, NodeGroups groups)
    {
        List<string> hosts = [];
        foreach (string word in words)
            hosts.AddRange((await ReadAsync(word, groups)).Hosts);
        return Of(hosts);
    }

    /// <summary>Reads a word, and for <c>-</c> standard input.</summary>
    /// <exception cref="UsageException">The set is wrong or empty, or a node is not a host.</exception>
    public static async Task<Targets> ReadAsync(string word, NodeGroups groups)
        => word == StandardInput ? ReadLines(await StandardText.ReadToEndAsync(), groups) : Read(word, groups);

    /// <summary>Reads lines with node sets, as those of a file.</summary>
    /// <exception cref="UsageException">A set is wrong, all are empty, or a node is not a host.</exception>
    public static Targets ReadLines(string lines, NodeGroups groups)
    {
        try
        {
            return Of(NodeSet.ParseLines(lines, groups), new(null, "standard input", null));
        }
        catch (NodeSetException e)
        {
            throw Wrong(e);
        }
    }

    /// <summary>Reads a word that is not <c>-</c>.</summary>
    /// <exception cref="UsageException">The set is wrong or empty, or a node is not a host.</exception>
    public static Targets Read(string word, NodeGroups groups)
    {
        if (!IsSet(word))
            return Of([HostOf(word, new(null, word, null))]);
        var parts = TargetWord.Read(word);
        try
        {
            return Of(NodeSet.Parse(parts.Set, groups), parts);
        }
        catch (NodeSetException e)
        {
            throw Wrong(e);
        }
    }

    private static Targets Of(NodeSet nodes, TargetWord word)
        => nodes.Count > 0
            ? Of(nodes.Names.Select(name => HostOf(name, word)))
            : throw new UsageException($"no hosts: {word.Set} is empty", Hint);

    private static Targets Of(IEnumerable<string> hosts)
    {
        try
        {
            return new(NodeSet.Of(hosts));
        }
        catch (NodeSetException e)
        {
            throw Wrong(e);
        }
    }

    // The user and the port of a node go before those of the set.
    private static string HostOf(string name, TargetWord word)
    {
        try
        {
            HostQuery query = HostQuery.Parse(name);
            string address = name[(name.LastIndexOf('@') + 1)..];
            if (query.Port is null && word.Port is { } port)
                address = new HostAddress(query.Name, port).ToString();
            string host = (query.User ?? word.User) is { } user ? $"{user}@{address}" : address;
            return host.Any(one => one == '/' || char.IsControl(one))
                ? throw new UsageException($"the node '{host}' has a character that no host has", Hint)
                : host;
        }
        catch (FormatException e) when (e is not UsageException)
        {
            throw new UsageException($"the node '{name}' is not a host: {e.Message}", Hint);
        }
    }

    private static UsageException Wrong(NodeSetException e) => new(e.Message, e.Hint ?? Hint);
}
