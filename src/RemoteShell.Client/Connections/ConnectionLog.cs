using Microsoft.Extensions.Logging;

namespace RemoteShell.Client.Connections;

/// <summary>What a connection logs. It is made only if there is a logger factory, so that a client without one pays nothing.</summary>
internal sealed class ConnectionLog
{
    private readonly ILogger _logger;
    private readonly string _host;

    private ConnectionLog(ILogger logger, string host) => (_logger, _host) = (logger, host);

    /// <summary>A log of the category <c>RemoteShell.Client.RemoteShellClient</c>; null without a factory.</summary>
    public static ConnectionLog? Create(ILoggerFactory? factory, string host)
        => factory is null ? null : new(factory.CreateLogger("RemoteShell.Client.RemoteShellClient"), host);

    public void Connected() => _logger.LogInformation("connected to {Host}", _host);

    public void Failed(Exception failure) => _logger.LogWarning("cannot connect to {Host}: {Reason}", _host, failure.Message);

    public void Lost(string reason) => _logger.LogWarning("lost the connection to {Host}: {Reason}", _host, reason);

    public void AttemptFailed(Exception failure) => _logger.LogDebug("cannot reconnect to {Host} yet: {Reason}", _host, failure.Message);

    public void Reconnected(TimeSpan elapsed)
        => _logger.LogInformation("reconnected to {Host} after {Elapsed} ms", _host, (long)elapsed.TotalMilliseconds);

    public void GaveUp(Exception failure) => _logger.LogError("gave up reconnecting to {Host}: {Reason}", _host, failure.Message);

    public void Refused(string request, string code, string text)
        => _logger.LogWarning("{Host} refused {Request} ({Code}): {Reason}", _host, request, code, text);
}
