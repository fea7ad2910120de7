using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>The ratios of an earlier run, which a later one is compared with.</summary>
/// <remarks>Ratios differ less from machine to machine than times.</remarks>
internal static class Baseline
{
    private const double Tolerated = 0.15;

    /// <summary>Writes the ratios of a run.</summary>
    public static async Task WriteAsync(IReadOnlyList<Measured> all, string path)
    {
        await using FileStream file = File.Create(path);
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        await using var writer = new Utf8JsonWriter(file, options);
        writer.WriteStartObject();
        foreach (Measured one in all.Where(one => one.Ratio is not null))
            writer.WriteNumber(one.Row.Name, Math.Round(one.Ratio!.Value, 3));
        writer.WriteEndObject();
    }

    /// <summary>Names each row that became more than 15 % worse.</summary>
    public static async Task<string> CompareAsync(IReadOnlyList<Measured> all, string path)
    {
        using JsonDocument earlier = JsonDocument.Parse(await File.ReadAllBytesAsync(path));
        var text = new StringBuilder();
        foreach (Measured one in all)
        {
            if (one.Ratio is not { } now || !earlier.RootElement.TryGetProperty(one.Row.Name, out JsonElement element))
                continue;
            double before = element.GetDouble();
            double worse = one.Row.IsRate ? before / now : now / before;
            if (worse > 1 + Tolerated)
                text.Append(CultureInfo.InvariantCulture, $"!!! SLOWER: {one.Row.Name}: ratio {now:0.###}, before {before:0.###}\n");
        }

        return text.Length > 0 ? text.ToString() : $"no row is more than {Tolerated:0 %} worse than in {Path.GetFileName(path)}\n";
    }
}
