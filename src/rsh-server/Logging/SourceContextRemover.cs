using Serilog.Core;
using Serilog.Events;

namespace RemoteShell.Cli.Server.Logging;

/// <summary>Removes the property <c>SourceContext</c>, the logger's category: all entries come from one category.</summary>
internal sealed class SourceContextRemover : ILogEventEnricher
{
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
        => logEvent.RemovePropertyIfPresent(Constants.SourceContextPropertyName);
}
