using System.Globalization;

namespace RemoteShell.Server.Authentication;

/// <summary>A target of <c>permitopen</c>: <c>host:port</c>, <c>[ipv6]:port</c>, and <c>*</c> for any port.</summary>
/// <param name="Host">The name or address, as a client writes it.</param>
/// <param name="Port">The port; null for any.</param>
internal sealed record ForwardTarget(string Host, int? Port)
{
    /// <summary>Whether a client may connect to this.</summary>
    public bool Permits(string host, int port)
        => string.Equals(host, Host, StringComparison.OrdinalIgnoreCase) && (Port is null || Port == port);

    /// <summary>Reads a target.</summary>
    /// <exception cref="FormatException">The text is not one.</exception>
    public static ForwardTarget Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon].Trim('[', ']'), port = text[(colon + 1)..];
        if (host.Length > 0 && port == "*")
            return new(host, null);
        if (host.Length > 0 && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) && number > 0)
            return new(host, number);
        throw new FormatException($"'{text}' in permitopen= is not a target; write host:port, [ipv6]:port or host:*");
    }
}
