using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Presence;

namespace RemoteShell.Server.Connections;

/// <summary>Ends a connection that has been idle for too long, and warns its client a minute before.</summary>
/// <remarks>A client that waits for a command without a terminal is not idle, however silent the command is.</remarks>
/// <param name="connection">The connection.</param>
/// <param name="info">The requests of the connection.</param>
/// <param name="timeout">How long the connection may be idle.</param>
internal sealed class IdleTimer(Connection connection, ConnectionInfo info, TimeSpan timeout)
{
    // ms after the warning in which programs draw their screens again, since the client has shown the warning.
    private const long RedrawTime = 2_000;

    private static readonly TimeSpan UsualWarning = TimeSpan.FromMinutes(1);

    private long _lastActivity = Environment.TickCount64;

    /// <summary>Runs until the connection has ended.</summary>
    /// <param name="closing">Receives the reason, before the connection is closed.</param>
    public async Task RunAsync(Action<string> closing)
    {
        // The warning for a short timeout comes at its half.
        TimeSpan warning = timeout > UsualWarning * 2 ? UsualWarning : timeout / 2;
        long warnedAt = long.MinValue / 2;
        try
        {
            while (true)
            {
                TimeSpan left = timeout - TimeSpan.FromMilliseconds(Environment.TickCount64 - LastActivity(warnedAt));
                if (left <= TimeSpan.Zero)
                    break;
                if (left <= warning && warnedAt <= LastActivity(warnedAt))
                {
                    warnedAt = Environment.TickCount64;
                    string text = $"this connection has been idle for {Words(timeout - left)}; the server ends it in {Words(left)}";
                    connection.Post(new NoticeMessage { Text = text });
                }

                await Task.Delay(left > warning ? left - warning : left, connection.Ended);
            }

            closing($"idle for {Words(timeout)}");
            await connection.CloseAsync(new ErrorMessage
            {
                Code = ErrorCode.Idle,
                Text = $"the server ended the connection, which was idle for {Words(timeout)}",
                Hint = "list the jobs that still run with: rsh-client jobs HOST",
            });
        }
        catch (OperationCanceledException)
        {
            // The connection has ended by itself.
        }
    }

    // Traffic that the warning itself causes is not activity.
    private long LastActivity(long warnedAt)
    {
        if (info.IsWaiting)
            return Environment.TickCount64;
        long sent = connection.LastSent;
        bool isRedraw = sent >= warnedAt && sent - warnedAt < RedrawTime;
        _lastActivity = Math.Max(connection.LastHeard, isRedraw ? _lastActivity : sent);
        return _lastActivity;
    }

    private static string Words(TimeSpan time)
        => time.TotalMinutes >= 2 ? $"{Math.Round(time.TotalMinutes)} minutes" : $"{Math.Ceiling(time.TotalSeconds)} s";
}
