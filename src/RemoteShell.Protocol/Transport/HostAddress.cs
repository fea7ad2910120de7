using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RemoteShell.Protocol.Transport;

/// <summary>A server's address: <c>name</c>, <c>name:port</c>, <c>[v6]:port</c>, or a bare IPv6 address.</summary>
/// <param name="Host">A name or an IP address, without brackets.</param>
/// <param name="Port">The TCP port.</param>
public sealed record HostAddress(string Host, int Port)
{
    /// <summary>The default port.</summary>
    public const int DefaultPort = 7022;

    // In characters, of a name in the domain name system. The framework's resolver refuses longer ones by an exception of its own.
    private const int MaxNameLength = 253;

    // Digits of the largest port, 65535.
    private const int MaxPortLength = 5;

    private const string HexDigits = "0123456789abcdefABCDEF";

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">The text is not an address. The message says why.</exception>
    public static HostAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith('['))
        {
            int close = text.IndexOf(']', StringComparison.Ordinal);
            if (close < 0 || !IsV6(text[1..close]))
                throw new FormatException($"'{text}' does not have an IPv6 address in its brackets; write [::1]:{DefaultPort}");
            string rest = text[(close + 1)..];
            if (rest.Length > 0 && rest[0] != ':')
                throw new FormatException($"'{text}' has '{rest}' after its brackets; write [::1]:{DefaultPort}");
            return new(text[1..close], rest.Length == 0 ? DefaultPort : ParsePort(text, rest[1..]));
        }

        if (IsV6(text))
            return new(text, DefaultPort);
        if (text.Contains("://", StringComparison.Ordinal))
            throw new FormatException($"'{text}' is a URL; write HOST or HOST:PORT");
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string host = colon < 0 ? text : text[..colon];
        if (host.Length == 0 || host.AsSpan().ContainsAny(" \t/@[]") || host.StartsWith('-') || host.Any(char.IsControl))
            throw new FormatException($"'{text}' does not name a host; write HOST, HOST:PORT or [IPV6]:PORT");
        if (host.Length > MaxNameLength)
            throw new FormatException($"the host name '{host[..20]}…' has {host.Length} characters; at most {MaxNameLength} are allowed");
        CheckNumbers(text, host);
        return new(host, colon < 0 ? DefaultPort : ParsePort(text, text[(colon + 1)..]));
    }

    // The system's resolver takes 7022 for 0.0.27.110, and 127.1 and 0x7f.1 for 127.0.0.1. A name never ends with a number.
    private static void CheckNumbers(string text, string host)
    {
        string[] parts = host.Split('.');
        string last = parts[^1].Length == 0 && parts.Length > 1 ? parts[^2] : parts[^1];
        bool isHex = last.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && last.AsSpan(2).IndexOfAnyExcept(HexDigits) < 0;
        if (!isHex && (last.Length == 0 || last.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0))
            return;
        if (parts.Length == 4 && parts.All(IsPartOfV4))
            return;
        if (ushort.TryParse(host, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new FormatException($"'{text}' has a number where a host must be; to name a port, write HOST:{host}");
        if (host.Length <= MaxPortLength && host.All(char.IsAsciiDigit))
            throw new FormatException($"'{text}' is neither a host nor a port; ports are 0 to 65535");
        throw new FormatException($"'{host}' is not an IPv4 address; write four numbers from 0 to 255, such as 127.0.0.1");
    }

    // Without leading zeros, which some systems read as octal.
    private static bool IsPartOfV4(string part)
        => byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out byte number)
            && part == number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Returns the address with its port, in the form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    private static bool IsV6(string text)
        => IPAddress.TryParse(text, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static int ParsePort(string text, string port)
        => ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number)
            ? number
            : throw new FormatException($"'{port}' in '{text}' is not a port; use 0 to 65535");
}
