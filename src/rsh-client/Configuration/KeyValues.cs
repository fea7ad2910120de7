using System.Globalization;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>Reads values of the configuration file. Each throws <see cref="FormatException"/> if the value is wrong.</summary>
internal static class KeyValues
{
    private static readonly TimeSpan UsualPersistence = TimeSpan.FromMinutes(10);

    public static int Port(string text)
        => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            ? port
            : throw new FormatException($"'{text}' is not a port; use 0 to 65535");

    public static string Fingerprint(string text) => PublicKey.IsFingerprint(text) ? text : throw new FormatException(
        $"'{text}' is not a fingerprint (SHA256: and 43 characters); on the server, print it: rsh-server fingerprint");

    public static string RequestTty(string text) => text is "no" or "false" or "auto" or "yes" or "true" or "force"
        ? text
        : throw new FormatException($"write no, auto, yes or force, not '{text}'");

    /// <summary>How long an unused connection is kept; zero: none is kept.</summary>
    public static TimeSpan Persist(string text) => text switch
    {
        "no" => TimeSpan.Zero,
        "auto" => UsualPersistence,
        _ => Duration.Parse(text),
    };

    public static string Variable(string text) => text.IndexOf('=', StringComparison.Ordinal) > 0
        ? text
        : throw new FormatException($"write NAME=VALUE, not '{text}'");
}
