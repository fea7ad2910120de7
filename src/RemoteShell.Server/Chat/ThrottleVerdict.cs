namespace RemoteShell.Server.Chat;

/// <summary>What to do with a notice.</summary>
internal enum ThrottleVerdict
{
    /// <summary>Show it.</summary>
    New,

    /// <summary>Do not show it: it was shown before.</summary>
    Known,

    /// <summary>Refuse it: the key is over its rate limit.</summary>
    TooMany,
}
