using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace RemoteShell.Server.Logging;

/// <summary>Makes every text harmless that the server logs, also those that no one thought of.</summary>
/// <remarks>
/// All values go through <see cref="LogSanitizer"/>: those of the message, those of the scopes, and the messages of exceptions. So a log
/// statement passes a client's text as it is.
/// </remarks>
internal sealed class SafeLogger(ILogger log) : ILogger
{
    // The template of a message is the server's own text. It is the last of the values.
    private const string Template = "{OriginalFormat}";

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> values)
            return log.BeginScope(LogSanitizer.Of(state.ToString() ?? ""));
        KeyValuePair<string, object?>[] safe = [.. values.Select(value => KeyValuePair.Create(value.Key, Safe(value.Value)))];
        return log.BeginScope(safe);
    }

    public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!log.IsEnabled(logLevel))
            return;
        Exception? safe = exception is null ? null : SafeException.Of(exception);
        if (state is IReadOnlyList<KeyValuePair<string, object?>> values && values.Count > 0 && values[^1] is (Template, string template))
            log.Log(logLevel, eventId, safe, template, [.. values.Take(values.Count - 1).Select(value => Safe(value.Value))]);
        else
            log.Log(logLevel, eventId, LogSanitizer.Of(formatter(state, exception)), safe, static (text, _) => text);
    }

    // Numbers, times and addresses are harmless, and keep their type.
    private static object? Safe(object? value) => value switch
    {
        null or bool or IFormattable => value,
        string text => LogSanitizer.Of(text),
        // A list would be logged as the name of its type.
        IEnumerable items => LogSanitizer.Of(string.Join(", ", items.Cast<object?>().Select(item => item?.ToString()))),
        _ => LogSanitizer.Of(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
    };
}
