using System.Globalization;
using System.Net;
using RemoteShell.Protocol;
using RemoteShell.Server.Authentication.Rules;

namespace RemoteShell.Server.Authentication;

/// <summary>Parses the options in front of a key, written as in ssh: <c>from="10.0.0.0/8,::1",expiry-time="20301231"</c>.</summary>
internal static class KeyOptions
{
    private const string Negation = "no-";

    private static readonly string[] TimeFormats = ["yyyyMMdd", "yyyyMMddHHmm"];

    // Options without a value that take something away.
    private static readonly string[] Negations =
    [
        "no-pty", "no-port-forwarding", "no-agent-forwarding", "no-forwarding", "no-chat", "no-notify", "no-files",
        // The server does neither for any key.
        "no-x11-forwarding", "no-user-rc",
    ];

    // Options without a value that give back what restrict takes.
    private static readonly string[] Grants = ["pty", "port-forwarding", "agent-forwarding"];

    private static readonly string[] Flags =
        ["restrict", .. Negations, .. Grants, "read-only", "write-only", "record", "verify-required", "cert-authority"];

    private static readonly string[] WithValue =
    [
        "from", "expiry-time", "idle-timeout", "command", "environment", "allow", "deny", "permitopen", "permitlisten", "root",
        "file-quota", "job-quota", "max-jobs", "max-connections", "rate", "principals",
    ];

    /// <summary>Returns the key with the options applied.</summary>
    /// <exception cref="FormatException">
    /// An option is unknown or not valid. Such a key must not be authorized, since the option may restrict it.
    /// </exception>
    public static AuthorizedKey Apply(AuthorizedKey key, string options)
    {
        foreach (string option in Split(options))
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            string written = equals < 0 ? option : option[..equals], name = written.ToLowerInvariant();
            if (Flags.Contains(name))
            {
                key = equals < 0 ? Set(key, name) : throw new FormatException($"the option '{written}' does not take a value");
                continue;
            }

            if (!WithValue.Contains(name))
            {
                throw new FormatException(
                    $"the option '{written}' is not known; known are {string.Join(", ", WithValue)}, {string.Join(", ", Flags)}");
            }

            key = Set(key, name, equals < 0 ? "" : Unquote(option[(equals + 1)..]));
        }

        if (key.Files is { MayRead: false, MayWrite: false })
            throw new FormatException("read-only and write-only together allow nothing; use no-files");
        if (key.Command is not null && key.IsForFilesOnly)
            throw new FormatException("command= and root, read-only or write-only together allow nothing");
        if (key.Principals is not null && !key.IsAuthority)
            throw new FormatException("principals= is for cert-authority");
        return key;
    }

    /// <summary>Returns the index at which the options end: at the first space or tab outside of quotes.</summary>
    public static int End(string line)
    {
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            if (IsEscapedQuote(line, i))
                i++;
            else if (line[i] == '"')
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
        for (int i = 0; i < options.Length; i++)
        {
            if (IsEscapedQuote(options, i))
            {
                i++;
                continue;
            }

            if (options[i] == '"')
                quoted = !quoted;
            if (quoted || options[i] != ',')
                continue;
            yield return options[start..i];
            start = i + 1;
        }

        yield return options[start..];
    }

    // As in ssh: \" is a quote, and any other backslash stands for itself.
    private static string Unquote(string value)
    {
        if (!value.Contains('"', StringComparison.Ordinal))
            return value;
        if (value.Length < 2 || value[0] != '"' || value[^1] != '"')
            throw new FormatException($"the quotes of {value} are not whole");
        string inside = value[1..^1];
        for (int i = 0; i < inside.Length; i++)
        {
            if (IsEscapedQuote(inside, i))
                i++;
            else if (inside[i] == '"')
                throw new FormatException($"the quotes of {value} are not whole");
        }

        return inside.Replace("\\\"", "\"", StringComparison.Ordinal);
    }

    private static bool IsEscapedQuote(string text, int at) => text[at] == '\\' && at + 1 < text.Length && text[at + 1] == '"';

    // As in ssh, a later option wins: restrict takes what stands before it, and no-pty behind pty counts.
    private static AuthorizedKey Set(AuthorizedKey key, string flag)
    {
        if (Grants.Contains(flag))
            return key with { Granted = [.. key.Granted, flag], Denied = [.. key.Denied.Where(name => name != flag)] };
        if (Negations.Contains(flag))
        {
            string what = flag[Negation.Length..];
            return key with { Denied = [.. key.Denied, what], Granted = [.. key.Granted.Where(name => name != what)] };
        }

        return flag switch
        {
            "restrict" => key with { IsRestricted = true, Granted = [] },
            "read-only" => key with { Files = key.Files with { MayWrite = false } },
            "write-only" => key with { Files = key.Files with { MayRead = false } },
            "record" => key with { IsRecorded = true },
            "cert-authority" => key with { IsAuthority = true },
            _ => key with { RequiresVerification = true },
        };
    }

    private static AuthorizedKey Set(AuthorizedKey key, string name, string value) => name switch
    {
        // Empty entries are errors: an empty list would allow the key from any address.
        "from" => key with { From = [.. key.From, .. value.Split(',', StringSplitOptions.TrimEntries).Select(ParseNetwork)] },
        "expiry-time" => key with { Expires = ParseTime(value) },
        "idle-timeout" => key with { IdleTimeout = ParseIdleTimeout(value) },
        "command" => key with { Command = ParseCommand(key, value) },
        "environment" => WithVariable(key, value),
        "allow" => key with { Allow = [.. key.Allow ?? [], .. KeyRule.Parse(value, "allow=")] },
        "deny" => key with { Deny = [.. key.Deny, .. KeyRule.Parse(value, "deny=")] },
        "permitopen" => key with
        {
            PermitOpen = [.. key.PermitOpen ?? [], .. value.Split(',').Select(text => ForwardRuleReader.ParseOpen(text, "permitopen="))],
        },
        "permitlisten" => key with
        {
            PermitListen =
                [.. key.PermitListen ?? [], .. value.Split(',').Select(text => ForwardRuleReader.ParseListen(text, "permitlisten="))],
        },
        "principals" => key with { Principals = [.. value.Split(',').Select(ParsePrincipal)] },
        "root" => key with { Files = key.Files with { Root = ParseRoot(value) } },
        "file-quota" => key with { FileQuota = ParseSize(value, "file-quota=") },
        "job-quota" => key with { JobQuota = ParseSize(value, "job-quota=") },
        "max-jobs" => key with { MaxJobs = ParseCount(value, "max-jobs=") },
        "max-connections" => key with { MaxConnections = ParseCount(value, "max-connections=") },
        _ => key with { Rate = KeyRate.Parse(value) },
    };

    private static string ParseCommand(AuthorizedKey key, string text)
    {
        if (key.Command is not null)
            throw new FormatException("command= stands there twice");
        return string.IsNullOrWhiteSpace(text) ? throw new FormatException("command= is empty") : text;
    }

    // As in ssh, the first value of a variable counts.
    private static AuthorizedKey WithVariable(AuthorizedKey key, string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? "" : text[..equals];
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            throw new FormatException($"'{text}' in environment= is not a variable; write NAME=VALUE");
        if (name is "RSH_JOB")
            throw new FormatException("environment= cannot set RSH_JOB");
        var variables = new Dictionary<string, string>(key.Environment, StringComparer.Ordinal);
        variables.TryAdd(name, text[(equals + 1)..]);
        return key with { Environment = variables };
    }

    private static string ParsePrincipal(string text)
        => text.Length > 0 ? text : throw new FormatException("principals= has an empty name");

    /// <summary>Reads an address or a network.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static IPNetwork ParseNetwork(string text)
    {
        if (IPNetwork.TryParse(text, out IPNetwork network))
            return network;
        if (IPAddress.TryParse(text, out IPAddress? address))
            return new(address, address.GetAddressBytes().Length * 8);
        throw new FormatException($"'{text}' in from= is neither an address nor a network like 10.0.0.0/8");
    }

    private static TimeSpan ParseIdleTimeout(string text)
    {
        TimeSpan time = Duration.Parse(text);
        return time > TimeSpan.Zero ? time : throw new FormatException("idle-timeout= must be longer than 0");
    }

    private static long ParseSize(string text, string option)
        => ByteSize.TryParse(text)
            ?? throw new FormatException($"'{text}' in {option} is not a size; write bytes, or 64K, 16M, 1G or 2T");

    private static int ParseCount(string text, string option)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            ? count
            : throw new FormatException($"'{text}' in {option} is not a number above 0");

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
