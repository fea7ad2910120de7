using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Writes the results as Markdown for people and as JSON for programs.</summary>
internal static class Report
{
    /// <summary>Writes both files, and prints the table.</summary>
    /// <param name="all">The rows.</param>
    /// <param name="scale">A further table.</param>
    /// <param name="path">The files, without their extensions.</param>
    public static async Task WriteAsync(IReadOnlyList<Measured> all, string scale, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string table = Markdown(all, scale);
        await File.WriteAllTextAsync($"{path}.md", table);
        await using (FileStream json = File.Create($"{path}.json"))
            WriteJson(all, json);
        Console.Write(table);
    }

    private static string Markdown(IReadOnlyList<Measured> all, string scale)
    {
        var text = new StringBuilder("| | RemoteShell | compared with | | ratio | target |\n|---|---|---|---|---|---|\n");
        foreach (Measured one in all)
        {
            string ratio = one.Ratio is { } number ? number.ToString("0.###", CultureInfo.InvariantCulture) : "";
            string cells = string.Join(" | ", one.Row.Name, Figure(one.Ours), Figure(one.Theirs), one.Row.Unit, ratio, one.Row.Target);
            text.Append("| ").Append(cells).Append(" |\n");
        }

        return text.Append('\n').Append(scale).ToString();
    }

    private static void WriteJson(IReadOnlyList<Measured> all, Stream target)
    {
        var options = new JsonWriterOptions
        {
            Indented = true,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using var writer = new Utf8JsonWriter(target, options);
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
