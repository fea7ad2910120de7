using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>What was measured, for people as Markdown and for programs as JSON.</summary>
internal static class Report
{
    public static string Markdown(IReadOnlyList<Measured> all, string scale)
    {
        var text = new StringBuilder("| | RemoteShell | OpenSSH | | ratio | target |\n|---|---|---|---|---|---|\n");
        foreach (Measured one in all)
            text.Append(CultureInfo.InvariantCulture, $"| {one.Row.Name} | {Figure(one.Ours)} | {Figure(one.Theirs)} | {one.Row.Unit} | {(one.Ratio is { } ratio ? ratio.ToString("0.###", CultureInfo.InvariantCulture) : "")} | {one.Row.Target} |\n");
        return text.Append('\n').Append(scale).ToString();
    }

    public static void WriteJson(IReadOnlyList<Measured> all, Stream target)
    {
        using var writer = new Utf8JsonWriter(target, new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartArray();
        foreach (Measured one in all)
        {
            writer.WriteStartObject();
            writer.WriteString("name", one.Row.Name);
            writer.WriteString("unit", one.Row.Unit);
            writer.WriteString("target", one.Row.Target);
            Figures(writer, "ours", one.Ours);
            Figures(writer, "theirs", one.Theirs);
            if (one.Ratio is { } ratio)
                writer.WriteNumber("ratio", ratio);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Figures(Utf8JsonWriter writer, string name, List<double> figures)
    {
        writer.WriteStartArray(name);
        foreach (double figure in figures)
            writer.WriteNumberValue(Math.Round(figure, 4));
        writer.WriteEndArray();
    }

    private static string Figure(List<double> figures) => figures.Count == 0 ? "–" : Measured.Median(figures) switch
    {
        >= 1000 and var large => large.ToString("N0", CultureInfo.InvariantCulture),
        >= 100 and var medium => medium.ToString("0", CultureInfo.InvariantCulture),
        var small => small.ToString("0.##", CultureInfo.InvariantCulture),
    };
}
