using System.Globalization;
using System.Net;
using RemoteShell.Protocol;

namespace RemoteShell.Server.Authentication;

/// <summary>Parses the options in front of a key, written as in ssh: <c>from="10.0.0.0/8,::1",expiry-time="20301231"</c>.</summary>
internal static class KeyOptions
{
    private static readonly string[] TimeFormats = ["yyyyMMdd", "yyyyMMddHHmm"];

    /// <summary>Returns the key with the options applied.</summary>
    /// <exception cref="FormatException">
    /// An option is unknown or not valid. Such a key must not be authorized, since the option may restrict it.
    /// </exception>
    public static AuthorizedKey Apply(AuthorizedKey key, string options)
    {
        foreach (string option in Split(options))
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? option : option[..equals];
            string value = equals < 0 ? "" : option[(equals + 1)..].Trim('"');
            key = name.ToLowerInvariant() switch
            {
                // Empty entries are errors: an empty list would allow the key from any address.
                "from" => key with { From = [.. key.From, .. value.Split(',', StringSplitOptions.TrimEntries).Select(ParseNetwork)] },
                "expiry-time" => key with { Expires = ParseTime(value) },
                "idle-timeout" => key with { IdleTimeout = ParseIdleTimeout(value) },
                "file-quota" => key with { FileQuota = ParseSize(value) },
                "permitopen" => key with
                {
                    PermitOpen = [.. key.PermitOpen ?? [], .. value.Split(',').Select(ParseOpen)],
                },
                "permitlisten" => key with
                {
                    PermitListen = [.. key.PermitListen ?? [], .. value.Split(',').Select(ParseListen)],
                },
                "root" => key with { Files = key.Files with { Root = ParseRoot(value) } },
                "read-only" when equals < 0 => key with { Files = key.Files with { MayWrite = false } },
                "write-only" when equals < 0 => key with { Files = key.Files with { MayRead = false } },
                "no-chat" or "no-notify" or "no-files" or "no-forwarding" or "no-agent-forwarding" when equals < 0
                    => key with { Denied = [.. key.Denied, name.ToLowerInvariant()["no-".Length..]] },
                "no-chat" or "no-notify" or "no-files" or "no-forwarding" or "no-agent-forwarding" or "read-only" or "write-only"
                    => throw new FormatException($"the option '{name}' does not take a value"),
                _ => throw new FormatException(
                    $"the option '{name}' is not known; known are from, expiry-time, idle-timeout, no-chat, no-notify, "
                    + "no-files, no-forwarding, no-agent-forwarding, permitopen, permitlisten, read-only, write-only, root and file-quota"),
            };
        }

        if (key.Files is { MayRead: false, MayWrite: false })
            throw new FormatException("read-only and write-only together allow nothing; use no-files");
        return key;
    }

    /// <summary>Returns the index at which the options end: at the first space or tab outside of quotes.</summary>
    public static int End(string line)
    {
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
                quoted = !quoted;
            else if (!quoted && line[i] is ' ' or '\t')
                return i;
        }

        return line.Length;
    }

    private static IEnumerable<string> Split(string options)
    {
        bool quoted = false;
        int start = 0;
        for (int i = 0; i <= options.Length; i++)
        {
            if (i < options.Length && options[i] == '"')
                quoted = !quoted;
            if (i < options.Length && (quoted || options[i] != ','))
                continue;
            yield return options[start..i];
            start = i + 1;
        }
    }

    private static IPNetwork ParseNetwork(string text)
    {
        if (IPNetwork.TryParse(text, out IPNetwork network))
            return network;
        if (IPAddress.TryParse(text, out IPAddress? address))
            return new(address, address.GetAddressBytes().Length * 8);
        throw new FormatException($"'{text}' in from= is neither an address nor a network like 10.0.0.0/8");
    }

    // As in ssh, the host is literal: a pattern would permit more than its author expects.
    private static ForwardRule ParseOpen(string text)
    {
        if (!text.StartsWith('/') && text.LastIndexOf(':') is > 0 and int colon && text.AsSpan(0, colon).ContainsAny("*?"))
            throw new FormatException($"'{text}' in permitopen= has a pattern; write one option for each host");
        return OfOption(text, "permitopen", ForwardRule.ParseOpen);
    }

    private static ForwardRule ParseListen(string text)
    {
        if (!text.StartsWith('/') && text.LastIndexOf(':') is > 0 and int colon && text[..colon] != "*"
            && text.AsSpan(0, colon).ContainsAny("*?"))
        {
            throw new FormatException($"'{text}' in permitlisten= has a pattern; write one option for each host, or * for all");
        }

        return OfOption(text, "permitlisten", ForwardRule.ParseListen);
    }

    private static ForwardRule OfOption(string text, string option, Func<string, ForwardRule> parse)
    {
        try
        {
            return parse(text);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{option}=: {e.Message}", e);
        }
    }

    private static TimeSpan ParseIdleTimeout(string text)
    {
        TimeSpan time = Duration.Parse(text);
        return time > TimeSpan.Zero ? time : throw new FormatException("idle-timeout= must be longer than 0");
    }

    private static long ParseSize(string text)
        => ByteSize.TryParse(text)
            ?? throw new FormatException($"'{text}' in file-quota= is not a size; write bytes, or 64K, 16M, 1G or 2T");

    private static string ParseRoot(string text)
        => text.StartsWith('/') ? text : throw new FormatException($"'{text}' in root= is not the full path of a folder");

    private static DateTime ParseTime(string text)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTime.TryParseExact(text.TrimEnd('Z'), TimeFormats, CultureInfo.InvariantCulture, Utc, out DateTime time))
            return time;
        throw new FormatException($"'{text}' in expiry-time= is not a time; write YYYYMMDD or YYYYMMDDHHMM, in UTC");
    }
}
