using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Policies;

/// <summary>The words for <see cref="QuotaPolicy"/> on the wire.</summary>
internal static class QuotaPolicyWords
{
    // Absent on the wire means "hold".
    public static string? ToWord(QuotaPolicy policy) => policy switch
    {
        QuotaPolicy.DropOldest => OnFull.DropOldest,
        QuotaPolicy.Kill => OnFull.Kill,
        _ => null,
    };

    public static QuotaPolicy Parse(string word) => word switch
    {
        OnFull.DropOldest => QuotaPolicy.DropOldest,
        OnFull.Kill => QuotaPolicy.Kill,
        _ => QuotaPolicy.Pause,
    };
}
