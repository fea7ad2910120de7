using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Trust;

/// <summary>Removes hosts from a file of known hosts, as <c>ssh-keygen -R</c> does.</summary>
public static class KnownHostsEditor
{
    /// <summary>The ending of the copy that is kept of the file before.</summary>
    public const string BackupEnding = ".old";

    /// <summary>Removes the names of a host, and the lines that have no other. Hashed names too.</summary>
    /// <remarks>Lines with a marker, and patterns, stay.</remarks>
    /// <param name="path">The file. The file before is beside it, with <see cref="BackupEnding"/>, if it was changed.</param>
    /// <param name="host">The host and its port.</param>
    /// <returns>The lines that named it; empty if none did.</returns>
    /// <exception cref="PrivateFileException">Others may write the file or its folder.</exception>
    public static IReadOnlyList<ForgottenHost> Forget(string path, HostAddress host)
    {
        ArgumentNullException.ThrowIfNull(host);
        HostForms forms = HostForms.Of(host, HostMarker.None);
        List<ForgottenHost> forgotten = [];
        PrivateFile.EditLines(path, $"{path}{BackupEnding}", (number, text) =>
        {
            if (KnownHostsLine.TryParse(text) is not { Marker: HostMarker.None } line)
                return text;
            string[] names = line.Hosts.Split(',');
            string[] others = [.. names.Where(name => !Names(name, forms))];
            if (others.Length == names.Length)
                return text;
            string? key = PublicKey.TryParseAny(line.Key, out PublicKey? known) ? known!.Fingerprint : null;
            forgotten.Add(new(number, key, others));
            int start = text.IndexOf(line.Hosts, StringComparison.Ordinal);
            return others.Length == 0 ? null : $"{text[..start]}{string.Join(',', others)}{text[(start + line.Hosts.Length)..]}";
        });
        return forgotten;
    }

    /// <summary>Returns the numbers of the lines that are about a host although none names it: patterns, and lines with a marker.</summary>
    /// <param name="path">The file.</param>
    /// <param name="host">The host and its port.</param>
    /// <exception cref="PrivateFileException">Others may write the file or its folder.</exception>
    public static IReadOnlyList<int> FindOther(string path, HostAddress host)
    {
        KnownHostLines lines = KnownHostsFile.Of(path).Look(host);
        return [.. lines.Keys.Concat(lines.Authorities).Concat(lines.Revoked).Select(line => line.Line).Order()];
    }

    private static bool Names(string name, HostForms forms)
        => name.StartsWith('|')
            ? HashedHost.TryParse(name) is { } hash && forms.Names.Any(hash.Is)
            : forms.Names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
