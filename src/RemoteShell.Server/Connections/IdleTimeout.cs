using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Presence;

namespace RemoteShell.Server.Connections;

/// <summary>Ends a connection over which nothing flows for too long, and says so a minute before.</summary>
/// <remarks>Who waits for a command without a terminal is not idle, however silent it is.</remarks>
internal sealed class IdleTimeout(Connection connection, ConnectionInfo presence, TimeSpan longest)
{
    private const long Redrawn = 2_000;

    private static readonly TimeSpan Notice = TimeSpan.FromMinutes(1);

    private long _before = Environment.TickCount64;

    /// <summary>Watches until the connection's end.</summary>
    public async Task RunAsync(Action<string> ended)
    {
        // A short time is announced at its half.
        TimeSpan notice = longest > Notice * 2 ? Notice : longest / 2;
        long announced = long.MinValue / 2;
        try
        {
            while (true)
            {
                TimeSpan left = longest - TimeSpan.FromMilliseconds(Environment.TickCount64 - Last());
                if (left <= TimeSpan.Zero)
                    break;
                if (left <= notice && announced <= Last())
                {
                    announced = Environment.TickCount64;
                    connection.Post(new NoticeMessage { Text = $"nothing has happened here for {Words(longest - left)}; in {Words(left)} the server ends this connection" });
                }

                await Task.Delay(left > notice ? left - notice : left, connection.Ended);
            }

            ended($"idle for {Words(longest)}");
            await connection.CloseAsync(new ErrorMessage { Code = ErrorCode.Idle, Text = $"nothing has happened for {Words(longest)}, and the server ended the connection", Hint = "what still runs is listed by: rsh-client jobs HOST" });
        }
        catch (OperationCanceledException)
        {
            // The connection has ended by itself.
        }

        long Last()
        {
            if (presence.IsWaiting)
                return Environment.TickCount64;
            // Programs draw their screen again when their client has shown the announcement: that is nobody's doing.
            long sent = connection.LastSent;
            return _before = Math.Max(connection.LastHeard, sent >= announced && sent - announced < Redrawn ? _before : sent);
        }
    }

    private static string Words(TimeSpan time) => time.TotalMinutes >= 2 ? $"{Math.Round(time.TotalMinutes)} minutes" : $"{Math.Ceiling(time.TotalSeconds)} s";
}
