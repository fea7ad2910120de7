namespace RemoteShell.Broker.Connections;

/// <summary>What to do while a broker cannot be reached at the start.</summary>
public enum BrokerPatience
{
    /// <summary>Give up at the first failure.</summary>
    None,

    /// <summary>Try again until it can be reached.</summary>
    Endless,
}
