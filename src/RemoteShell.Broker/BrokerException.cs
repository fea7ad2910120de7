using RemoteShell.Protocol;

namespace RemoteShell.Broker;

/// <summary>The broker, or a host behind it, cannot be used.</summary>
public sealed class BrokerException : RemoteShellException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public BrokerException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
