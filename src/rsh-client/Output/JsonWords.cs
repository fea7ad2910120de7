using RemoteShell.Client;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client.Output;

/// <summary>The words for the library's enums in JSON and on the command line; docs/json.md lists them.</summary>
internal static class JsonWords
{
    public static string Of(OutputStream stream) => stream == OutputStream.StandardError ? "stderr" : "stdout";

    public static string Of(QuotaPolicy policy) => policy switch
    {
        QuotaPolicy.DropOldest => OnFull.DropOldest,
        QuotaPolicy.Kill => OnFull.Kill,
        _ => OnFull.Pause,
    };

    public static OutputStream Stream(string word) => word == "stderr" ? OutputStream.StandardError : OutputStream.StandardOutput;

    public static QuotaPolicy Quota(string word) => word switch
    {
        OnFull.DropOldest => QuotaPolicy.DropOldest,
        OnFull.Kill => QuotaPolicy.Kill,
        _ => QuotaPolicy.Pause,
    };

    public static DigestAlgorithm Digest(string word) => word == "sha256" ? DigestAlgorithm.Sha256 : DigestAlgorithm.Crc32C;
}
