namespace RemoteShell.Client;

/// <summary>When a client learns whether the server accepts its key.</summary>
public enum AuthorizationCheck
{
    /// <summary>Connecting waits for the server's answer and fails if the server does not accept the key.</summary>
    OnConnect,

    /// <summary>Connecting does not wait: the first request is sent at once, which saves a round trip, and fails if the server does not accept the key.</summary>
    OnFirstRequest,
}
