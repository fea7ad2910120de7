using NATS.Client.Core;
using NATS.NKeys;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Broker.Connections;

/// <summary>Reads a file with credentials for a broker.</summary>
internal static class Credentials
{
    private const string JwtBegin = "-----BEGIN NATS USER JWT-----";
    private const string SeedBegin = "-----BEGIN USER NKEY SEED-----";

    /// <summary>Reads the file; no credentials if there is none.</summary>
    /// <exception cref="BrokerException">The file holds no credentials.</exception>
    /// <exception cref="PrivateFileException">Others can read the file.</exception>
    public static NatsAuthOpts Read(string? path)
    {
        if (path is null)
            return NatsAuthOpts.Default;
        string text = PrivateFile.ReadSecret(path).Trim();
        if (text.StartsWith(JwtBegin, StringComparison.Ordinal))
            return FromCreds(path, text);
        if (text.StartsWith("SU", StringComparison.Ordinal) && !text.Contains(':'))
            return FromSeed(path, text);
        if (text.Split(':', 2) is [{ Length: > 0 } user, { } password] && !text.Contains('\n'))
            return new() { Username = user, Password = password };
        throw Invalid(path);
    }

    private static NatsAuthOpts FromCreds(string path, string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        PublicKeyOf(path, lines.SkipWhile(line => line != SeedBegin).ElementAtOrDefault(1) ?? "");
        return new() { Creds = text };
    }

    private static NatsAuthOpts FromSeed(string path, string seed) => new() { NKey = PublicKeyOf(path, seed), Seed = seed };

    private static string PublicKeyOf(string path, string seed)
    {
        try
        {
            using var pair = KeyPair.FromSeed(seed);
            return pair.GetPublicKey();
        }
        catch (Exception e) when (e is NKeysException or ArgumentException or FormatException or IndexOutOfRangeException)
        {
            throw Invalid(path, e);
        }
    }

    private static BrokerException Invalid(string path, Exception? cause = null)
        => new($"{path} does not hold credentials for a broker", cause)
        {
            Hint = "it holds a .creds file of NATS, the seed of an NKey, or one line USER:PASSWORD",
        };
}
