namespace RemoteShell.Client;

/// <summary>When a client learns whether the server accepts its key.</summary>
public enum AuthorizationCheck
{
    /// <summary>Connecting waits for the server's answer and fails if the server does not accept the key.</summary>
    OnConnect,

    /// <summary>Connecting does not wait. The first request fails if the server does not accept the key.</summary>
    /// <remarks>The client sends the first request at once, which saves a round trip.</remarks>
    OnFirstRequest,
}
