using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>What happens to a job when its client disappears without a goodbye.</summary>
public readonly record struct DisconnectPolicy
{
    private readonly OnDisconnect _value;

    private DisconnectPolicy(OnDisconnect value) => _value = value;

    /// <summary>The server ends the job at once.</summary>
    public static DisconnectPolicy Kill { get; } = new(OnDisconnect.Kill);

    /// <summary>The job runs on, without a time limit.</summary>
    public static DisconnectPolicy Keep { get; } = new(OnDisconnect.Keep);

    /// <summary>How long the server waits for the client before it ends the job; null: without a limit.</summary>
    public TimeSpan? Time => _value.Time;

    /// <summary>The server waits this long for the client, then it ends the job.</summary>
    public static DisconnectPolicy KeepFor(TimeSpan time) => new(OnDisconnect.KeepFor(time));

    /// <summary>Reads <c>kill</c>, <c>keep</c>, or <c>keep:TIME</c>, such as <c>keep:60s</c>.</summary>
    /// <exception cref="FormatException">The text is not a policy.</exception>
    public static DisconnectPolicy Parse(string text) => new(OnDisconnect.Parse(text));

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => _value.ToString();
}
