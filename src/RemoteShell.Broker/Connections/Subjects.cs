namespace RemoteShell.Broker.Connections;

/// <summary>The subjects of the broker's messages. docs/broker.md lists them.</summary>
internal static class Subjects
{
    /// <summary>Who wants a tunnel to the host asks here.</summary>
    public static string Open(string host) => $"rsh.open.{host}";

    /// <summary>The messages of a tunnel to the host.</summary>
    public static string Up(string host, string tunnel) => $"rsh.up.{host}.{tunnel}";

    /// <summary>The messages of all tunnels to the host.</summary>
    public static string AllUp(string host) => Up(host, "*");

    /// <summary>Whether a host may answer there: not on a subject that hosts or the broker listen to.</summary>
    public static bool MayAnswer(string subject)
        => !subject.StartsWith("rsh.", StringComparison.Ordinal) && !subject.StartsWith('$');
}
