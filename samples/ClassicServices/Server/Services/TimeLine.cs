using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>Puts the time in front of one line, which keeps its end, and closes: one request for each connection.</summary>
internal static class TimeLine
{
    public static Service Service { get; } = new("time-line", 21568, "puts the time in front of a line, once", HandleAsync);

    private static async Task HandleAsync(Conversation talk, Gathering gathering, CancellationToken cancellationToken)
    {
        if (await talk.ReadLineAsync(cancellationToken) is { } line)
            await talk.SendAsync(CTime.Stamp(line));
    }
}
