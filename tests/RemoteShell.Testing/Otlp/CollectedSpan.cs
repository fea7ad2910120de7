namespace RemoteShell.Testing.Otlp;

/// <summary>A span as a collector gets it.</summary>
/// <param name="Trace">The id of the trace, in hex.</param>
/// <param name="Id">The id of the span, in hex.</param>
/// <param name="Parent">The id of the span above it; empty if there is none.</param>
/// <param name="Name">The name.</param>
/// <param name="Attributes">The attributes, as texts.</param>
public sealed record CollectedSpan(string Trace, string Id, string Parent, string Name, IReadOnlyDictionary<string, string> Attributes)
{
    // The numbers are those of opentelemetry/proto/trace/v1/trace.proto.
    internal static CollectedSpan Of(ProtobufField span) => new(
        Hex(span.One(1)),
        Hex(span.One(2)),
        Hex(span.One(4)),
        span.One(5)!.Text,
        span.All(9).ToDictionary(attribute => attribute.One(1)!.Text, attribute => TextOf(attribute.One(2)!), StringComparer.Ordinal));

    private static string Hex(ProtobufField? id) => id is null ? "" : Convert.ToHexStringLower(id.Bytes.Span);

    private static string TextOf(ProtobufField value)
        => value.Fields is [var one, ..] ? one.Number == 1 ? one.Text : $"{(long)one.Value}" : "";
}
