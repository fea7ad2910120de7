using System.Text;
using System.Text.Json;

namespace RemoteShell.Testing.Hostile;

/// <summary>A value in the template of a message: a JSON value that is sent as it is, a placeholder, or a container.</summary>
public sealed class ShapeNode
{
    private ShapeNode(string name, ValueKind kind, byte[] raw, string? placeholder, ShapeNode[] children)
    {
        (Name, Kind, Raw, Placeholder, Children) = (name, kind, raw, placeholder, children);
        Label = name.Length == 0 ? [] : Encoding.UTF8.GetBytes($"\"{name}\":");
        Descendants = children.Sum(child => 1 + child.Descendants);
    }

    /// <summary>The field's name; empty for an element of a list.</summary>
    public string Name { get; }

    /// <summary>The field's name as it is written in front of the value.</summary>
    public byte[] Label { get; }

    public ValueKind Kind { get; }

    /// <summary>The value as JSON, if it is not a container.</summary>
    public byte[] Raw { get; }

    /// <summary>The name of the value of the conversation that is sent here, without the <c>@</c>.</summary>
    public string? Placeholder { get; }

    public IReadOnlyList<ShapeNode> Children { get; }

    /// <summary>The number of values below this one, at any depth.</summary>
    public int Descendants { get; }

    public static ShapeNode Parse(string name, JsonElement json)
    {
        ShapeNode[] children = json.ValueKind switch
        {
            JsonValueKind.Object => [.. json.EnumerateObject().Select(field => Parse(field.Name, field.Value))],
            JsonValueKind.Array => [.. json.EnumerateArray().Select(item => Parse("", item))],
            _ => [],
        };
        string? text = json.ValueKind == JsonValueKind.String ? json.GetString() : null;
        string? placeholder = text?.StartsWith('@') == true ? text[1..] : null;
        return new(name, KindOf(json, placeholder), Encoding.UTF8.GetBytes(json.GetRawText()), placeholder, children);
    }

    private static ValueKind KindOf(JsonElement json, string? placeholder) => json.ValueKind switch
    {
        _ when placeholder is not null => FrameContext.IsNumber(placeholder) ? ValueKind.Number : ValueKind.Text,
        JsonValueKind.Object => ValueKind.Map,
        JsonValueKind.Array => ValueKind.List,
        JsonValueKind.Number => ValueKind.Number,
        JsonValueKind.String => ValueKind.Text,
        // An absent field: one that excludes another is null in the template.
        JsonValueKind.Null => ValueKind.Number,
        _ => ValueKind.Boolean,
    };
}
