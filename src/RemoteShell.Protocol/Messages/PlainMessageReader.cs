using System.Text.Json;

namespace RemoteShell.Protocol.Messages;

/// <summary>Reads the messages that each command gets, without metadata of their fields.</summary>
/// <remarks>
/// The metadata takes a tenth of the instructions of a cold client. This reads the plain form only (<see cref="PlainFields"/>).
/// It returns null for any other, which <see cref="MessageJson"/> reads, or refuses with a reason.
/// </remarks>
internal static class PlainMessageReader
{
    public static Message? Read(string type, ReadOnlySpan<byte> header)
    {
        try
        {
            var fields = new PlainFields(header);
            return type switch
            {
                "hello" => ReadHello(ref fields),
                "opened" => ReadOpened(ref fields),
                "result" => ReadResult(ref fields),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: the text is not valid UTF-8.
            return null;
        }
    }

    private static HelloMessage? ReadHello(ref PlainFields fields)
    {
        string? type = null, agent = null, motd = null;
        uint? channel = null;
        int? version = null;
        HelloLimits? limits = null;
        List<string>? features = null;
        while (fields.Next())
        {
            if (fields.Is("type"u8))
                fields.Read(ref type);
            else if (fields.Is("channel"u8))
                fields.Read(ref channel);
            else if (fields.Is("version"u8))
                fields.Read(ref version);
            else if (fields.Is("agent"u8))
                fields.Read(ref agent);
            else if (fields.Is("limits"u8))
                fields.Set(ref limits, ReadLimits(ref fields));
            else if (fields.Is("motd"u8))
                fields.Read(ref motd);
            else if (fields.Is("features"u8))
                fields.Read(ref features);
            else
                fields.Unknown();
        }

        if (!fields.EndsPlain() || version is null)
            return null;
        return new()
        {
            Channel = channel ?? 0,
            Version = version.Value,
            Agent = agent ?? "",
            Limits = limits ?? new(),
            Motd = motd,
            Features = features ?? [],
        };
    }

    private static HelloLimits ReadLimits(ref PlainFields fields)
    {
        int? header = null, body = null, channels = null;
        fields.Enter();
        while (fields.Next())
        {
            if (fields.Is("header"u8))
                fields.Read(ref header);
            else if (fields.Is("body"u8))
                fields.Read(ref body);
            else if (fields.Is("channels"u8))
                fields.Read(ref channels);
            else
                fields.Unknown();
        }

        var limits = new HelloLimits();
        limits.Header = header ?? limits.Header;
        limits.Body = body ?? limits.Body;
        limits.Channels = channels ?? limits.Channels;
        return limits;
    }

    // Only the fields of a request that starts a command: those of files, of terminals and of repeated requests are not plain.
    private static OpenedMessage? ReadOpened(ref PlainFields fields)
    {
        string? type = null, job = null;
        uint? channel = null;
        long? window = null;
        bool? detached = null, tty = null;
        while (fields.Next())
        {
            if (fields.Is("type"u8))
                fields.Read(ref type);
            else if (fields.Is("channel"u8))
                fields.Read(ref channel);
            else if (fields.Is("job"u8))
                fields.Read(ref job);
            else if (fields.Is("window"u8))
                fields.Read(ref window);
            else if (fields.Is("detached"u8))
                fields.Read(ref detached);
            else if (fields.Is("tty"u8))
                fields.Read(ref tty);
            else
                fields.Unknown();
        }

        if (!fields.EndsPlain())
            return null;
        return new() { Channel = channel ?? 0, Job = job, Window = window ?? 0, Detached = detached ?? false, Tty = tty ?? false };
    }

    private static ResultMessage? ReadResult(ref PlainFields fields)
    {
        string? type = null, outcome = null, signal = null, reason = null, cwd = null, fault = null;
        uint? channel = null;
        int? code = null;
        double? duration = null;
        Dictionary<string, StreamTotal>? streams = null;
        ResourceUse? usage = null;
        List<string>? held = null;
        while (fields.Next())
        {
            if (fields.Is("type"u8))
                fields.Read(ref type);
            else if (fields.Is("channel"u8))
                fields.Read(ref channel);
            else if (fields.Is("outcome"u8))
                fields.Read(ref outcome);
            else if (fields.Is("code"u8))
                fields.Read(ref code);
            else if (fields.Is("signal"u8))
                fields.Read(ref signal);
            else if (fields.Is("reason"u8))
                fields.Read(ref reason);
            else if (fields.Is("streams"u8))
                fields.Set(ref streams, ReadTotals(ref fields));
            else if (fields.Is("duration"u8))
                fields.Read(ref duration);
            else if (fields.Is("usage"u8))
                fields.Set(ref usage, ReadUsage(ref fields));
            else if (fields.Is("held"u8))
                fields.Read(ref held);
            else if (fields.Is("cwd"u8))
                fields.Read(ref cwd);
            else if (fields.Is("fault"u8))
                fields.Read(ref fault);
            else
                fields.Unknown();
        }

        if (!fields.EndsPlain() || outcome is null || code is null)
            return null;
        return new()
        {
            Channel = channel ?? 0,
            Outcome = outcome,
            Code = code.Value,
            Signal = signal,
            Reason = reason,
            Streams = streams ?? [],
            Duration = duration ?? 0,
            Usage = usage,
            PipesLeftOpen = held,
            Cwd = cwd,
            Fault = fault,
        };
    }

    private static Dictionary<string, StreamTotal> ReadTotals(ref PlainFields fields)
    {
        var totals = new Dictionary<string, StreamTotal>();
        fields.Enter();
        while (fields.Next())
        {
            string name = fields.Name();
            if (ReadTotal(ref fields) is not { } total || !totals.TryAdd(name, total))
                fields.Unknown();
        }

        return totals;
    }

    private static StreamTotal? ReadTotal(ref PlainFields fields)
    {
        long? total = null;
        string? digest = null;
        fields.Enter();
        while (fields.Next())
        {
            if (fields.Is("total"u8))
                fields.Read(ref total);
            else if (fields.Is("digest"u8))
                fields.Read(ref digest);
            else
                fields.Unknown();
        }

        return total is null || digest is null ? null : new(total.Value, digest);
    }

    private static ResourceUse? ReadUsage(ref PlainFields fields)
    {
        double? user = null, system = null;
        fields.Enter();
        while (fields.Next())
        {
            if (fields.Is("user"u8))
                fields.Read(ref user);
            else if (fields.Is("system"u8))
                fields.Read(ref system);
            else
                fields.Unknown();
        }

        return user is null || system is null ? null : new(user.Value, system.Value);
    }
}
