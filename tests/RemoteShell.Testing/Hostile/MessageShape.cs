using System.Text.Json;

namespace RemoteShell.Testing.Hostile;

/// <summary>A message of the protocol with all of its fields, as a template in JSON.</summary>
/// <remarks>A text that begins with <c>@</c> stands for a value of the conversation, see <see cref="FrameContext"/>.</remarks>
public sealed class MessageShape
{
    private MessageShape(string name, Sender sender, ShapeNode root) => (Name, Sender, Root) = (name, sender, root);

    /// <summary>The frame's type, or the name of a request.</summary>
    public string Name { get; }

    public Sender Sender { get; }

    public ShapeNode Root { get; }

    /// <summary>The names of all fields of the message itself.</summary>
    public IReadOnlyList<string> Fields => [.. Root.Children.Select(child => child.Name)];

    public static MessageShape Parse(string name, Sender sender, string template)
    {
        using JsonDocument json = JsonDocument.Parse(template);
        return new(name, sender, ShapeNode.Parse("", json.RootElement));
    }
}
