using RemoteShell.Cli.Client.Options;
using RemoteShell.Keys;

namespace RemoteShell.Cli.Client.Completing;

/// <summary>The keys of a completion, which asks neither an agent nor its user: this client's own one alone.</summary>
internal sealed class SilentKeys() : KeySources(agent: null)
{
    /// <exception cref="KeySignerException">Always.</exception>
    public override KeySigner SignerOf(string path) => throw new KeySignerException($"a completion does not sign with {path}");
}
