using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Keys;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Options;

/// <summary>With which key the client comes: its own, or one of ssh that stands behind it.</summary>
/// <param name="Pem">The text of another identity file; null: the usual one.</param>
/// <param name="Key">The key of ssh; null: none.</param>
internal sealed record IdentityChoice(string? Pem, KeySigner? Key)
{
    private const string Certificate = "-----BEGIN CERTIFICATE-----";

    /// <summary>Reads the file that the command line or the configuration names.</summary>
    /// <param name="given">The file of the command line; null: none.</param>
    /// <param name="settings">What the configuration says of the host.</param>
    /// <param name="keys">Who signs with a key of ssh.</param>
    /// <exception cref="PrivateFileException">The file cannot be read, or others can read it.</exception>
    public static IdentityChoice Of(string? given, HostSettings settings, KeySources keys)
    {
        if (given is not null)
            return OfFile(given, keys);
        return settings.Find(ConfigurationKeys.IdentityFile) is { } setting
            ? HostSettings.Checked(setting, text => OfFile(settings.PathOf(text), keys))
            : new(null, null);
    }

    private static IdentityChoice OfFile(string path, KeySources keys)
    {
        // Public keys need not be secret; the agent has the private one.
        if (path.EndsWith(".pub", StringComparison.Ordinal) && File.Exists(path))
            return new(null, keys.SignerOf(path));
        string text = PrivateFile.ReadSecret(path);
        // A file of this product has the certificate too. What is neither is refused by the one that reads it.
        return text.Contains("PRIVATE KEY-----", StringComparison.Ordinal) && !text.Contains(Certificate, StringComparison.Ordinal)
            ? new(null, keys.SignerOf(path))
            : new(text, null);
    }
}
