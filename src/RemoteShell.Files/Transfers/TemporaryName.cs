using System.Security.Cryptography;
using RemoteShell.Files.Names;

namespace RemoteShell.Files.Transfers;

/// <summary>Names for links that are made beside their place.</summary>
internal static class TemporaryName
{
    /// <summary>A name that no other transfer uses.</summary>
    public static FileName Create()
        => FileName.Of($".rsh-partial-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");
}
