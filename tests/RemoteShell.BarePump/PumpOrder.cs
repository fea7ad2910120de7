namespace RemoteShell.BarePump;

/// <summary>What a client wants. Its number is the first byte of a connection.</summary>
public enum PumpOrder
{
    /// <summary>The paths follow, each with a zero byte, and then one more zero byte. The server sends what <c>cat</c> prints.</summary>
    Fetch = 1,

    /// <summary>All bytes that follow are dropped. At their end the server sends one byte.</summary>
    Store = 2,

    /// <summary>All bytes that follow pass through <c>cat</c> at the server, and come back.</summary>
    Through = 3,

    /// <summary>Each byte that follows comes back at once.</summary>
    Echo = 4,
}
