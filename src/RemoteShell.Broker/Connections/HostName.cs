namespace RemoteShell.Broker.Connections;

/// <summary>The name of a host behind a broker: letters, digits, <c>-</c>, <c>_</c> and single dots, in lower case.</summary>
public static class HostName
{
    private const int MaxLength = 128;

    /// <summary>Returns the name in lower case.</summary>
    /// <exception cref="BrokerException">It is not a name.</exception>
    public static string Normalize(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (IsValid(name))
            return name.ToLowerInvariant();
        throw new BrokerException($"'{name}' is not the name of a host behind a broker")
        {
            Hint = $"a name has 1 to {MaxLength} characters: letters, digits, '-', '_', and dots between them",
        };
    }

    private static bool IsValid(string name)
        => name.Length is > 0 and <= MaxLength
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            && !name.StartsWith('.')
            && !name.EndsWith('.')
            && !name.Contains("..", StringComparison.Ordinal);
}
