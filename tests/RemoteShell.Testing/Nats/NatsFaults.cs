namespace RemoteShell.Testing.Nats;

/// <summary>What a <see cref="NatsProxy"/> does to the messages for its clients. Each share is from 0 to 1, and 0 by default.</summary>
public sealed record NatsFaults
{
    /// <summary>Selects the messages by their subject. Default: all.</summary>
    public Func<string, bool> Concerns { get; init; } = _ => true;

    /// <summary>The share that is lost.</summary>
    public double Lost { get; init; }

    /// <summary>The share that comes twice.</summary>
    public double Doubled { get; init; }

    /// <summary>The share that comes behind the next message.</summary>
    public double Swapped { get; init; }

    /// <summary>The share that comes later, with all behind it.</summary>
    public double Late { get; init; }

    /// <summary>How much later. Default: 20 ms.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Chooses the messages.</summary>
    public int Seed { get; init; }
}
