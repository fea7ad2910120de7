using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RemoteShell.Testing;

/// <summary>Keeps in memory what a server logs, from the level Debug on.</summary>
public sealed class CapturedLog : ILoggerFactory, ILoggerProvider, ILogger
{
    private readonly LoggerExternalScopeProvider _scopes = new();

    public ConcurrentQueue<LogEntry> Entries { get; } = new();

    public ConcurrentQueue<string> Messages { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable BeginScope<TState>(TState state)
        where TState : notnull
        => _scopes.Push(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        var properties = new List<KeyValuePair<string, object?>>();
        Add(state, properties);
        _scopes.ForEachScope(Add, properties);
        string message = formatter(state, exception);
        Messages.Enqueue(message);
        Entries.Enqueue(new(message, properties));
    }

    public void Dispose()
    {
        // There is nothing to release: the entries stay readable.
    }

    private static void Add(object? state, List<KeyValuePair<string, object?>> properties)
    {
        if (state is IEnumerable<KeyValuePair<string, object?>> pairs)
            properties.AddRange(pairs);
    }
}
