namespace RemoteShell.Client.Forwarding;

/// <summary>The reply codes of SOCKS 5. A reply of SOCKS 4 says only whether the request is granted.</summary>
internal enum SocksReply
{
    /// <summary>The target is connected.</summary>
    Granted = 0,

    /// <summary>Any other failure.</summary>
    Failed = 1,

    /// <summary>The server does not permit the target.</summary>
    NotAllowed = 2,

    /// <summary>The host cannot be reached, or its name does not exist.</summary>
    HostUnreachable = 4,

    /// <summary>Nothing listens on the port.</summary>
    Refused = 5,

    /// <summary>The command is not CONNECT.</summary>
    CommandNotSupported = 7,

    /// <summary>The kind of the address is not known.</summary>
    AddressNotSupported = 8,
}
