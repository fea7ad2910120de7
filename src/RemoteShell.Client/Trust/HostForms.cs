using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Trust;

/// <summary>The forms in which a line of known_hosts can name a host and its port, in lower case.</summary>
/// <remarks>
/// A name without a port is that of ssh's port in a line with a key of a server: the key of another service says nothing about this one.
/// In a line with a marker, and behind a <c>!</c>, it is that of all ports.
/// </remarks>
internal sealed class HostForms
{
    private const int SshPort = 22;

    private HostForms(string own, string ssh, string bare, IReadOnlyList<string> names)
        => (Own, Ssh, Bare, Names) = (own, ssh, bare, names);

    /// <summary>This product's form, <c>host:port</c>.</summary>
    public string Own { get; }

    /// <summary>The form of ssh, <c>[host]:port</c>.</summary>
    public string Ssh { get; }

    /// <summary>The name alone.</summary>
    public string Bare { get; }

    /// <summary>The forms that name it: all, or those with a port.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The forms in a line with the given marker.</summary>
    public static HostForms Of(HostAddress host, HostMarker marker)
    {
        string bare = host.Host.ToLowerInvariant(), own = host.ToString().ToLowerInvariant(), ssh = $"[{bare}]:{host.Port}";
        bool isForAnyPort = marker != HostMarker.None || host.Port == SshPort;
        string[] withPort = own == ssh ? [own] : [own, ssh];
        return new(own, ssh, bare, isForAnyPort ? [.. withPort, bare] : withPort);
    }
}
