using System.Globalization;
using System.IO.Hashing;
using System.Text;
using RemoteShell.Protocol;

namespace RemoteShell.Client.Keeping;

/// <summary>Names the socket of a kept connection, so that only programs with the same options find it.</summary>
public static class KeptSocket
{
    // The limit of a socket's path (sun_path, 108 bytes on Linux and 104 on macOS, with its end).
    private const int MaxPath = 103;

    /// <summary>The socket for connections with these options: this host, user, key, fingerprint and route.</summary>
    /// <remarks>Another version of this library has another socket.</remarks>
    /// <returns>Null if the path is too long for a socket.</returns>
    public static string? In(string folder, ClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        // The name must differ, and not more: loading a cryptographic library would take longer than the command.
        string name = Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(Describe(options))));
        string path = Path.Combine(folder, name);
        return Encoding.UTF8.GetByteCount(path) <= MaxPath ? path : null;
    }

    // A key that was replaced makes another connection.
    private static string FileOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{file.Length} {file.LastWriteTimeUtc.Ticks}") : "";
    }

    private static string Describe(ClientOptions options)
    {
        string[] parts =
        [
            ProductVersion.Text,
            options.Host.ToString(),
            options.User ?? "",
            options.Key?.Name ?? "",
            options.Folder,
            options.Identity?.PublicKey.ToString() ?? options.IdentityPem ?? FileOf(options.IdentityFile),
            options.Trust.Fingerprint ?? "",
            options.Route is JumpRoute jump ? Describe(jump.Options) : options.Route.ToString()!,
        ];
        // No two parts can pass for one: each has its length in front.
        return string.Concat(parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Length}:{part}")));
    }
}
