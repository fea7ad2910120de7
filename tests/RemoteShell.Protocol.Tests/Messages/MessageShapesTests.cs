using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using RemoteShell.Protocol.Messages;
using RemoteShell.Testing.Hostile;

namespace RemoteShell.Protocol.Tests.Messages;

/// <summary>The hostile peers know all messages: a new message, or a new field, needs its place in their table.</summary>
public partial class MessageShapesTests
{
    [Fact]
    public void Hostile_peers_know_each_message_of_the_protocol()
    {
        string[] documented = [.. Documented("## 6.", "## 7.").Concat(Documented("## 7.", "## 8.")).Where(name => name != "open")];
        Assert.True(documented.Length > 20, "the headings of docs/protocol.md were not found");
        string[] known = [.. MessageShapes.Frames.Concat(MessageShapes.Requests).Select(shape => shape.Name)];
        Assert.Empty(documented.Except(known));
        Assert.Empty(known.Except(documented));
    }

    [Fact]
    public void Hostile_peers_know_each_field_of_each_message()
    {
        // Of the frame, and not of a message about the connection.
        string[] envelope = ["channel"];
        var missing = new List<string>();
        foreach (Type type in typeof(Message).Assembly.GetTypes().Where(IsMessage))
        {
            string name = NameOf(type);
            missing.AddRange(FieldsOf(type).Except(MessageShapes.Find(name).Fields).Except(envelope).Select(field => $"{name}.{field}"));
        }

        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("jobs", typeof(JobEntry))]
    [InlineData("who", typeof(ConnectionEntry))]
    [InlineData("chat", typeof(ChatEntry))]
    [InlineData("listen", typeof(ListenEntry))]
    public void Hostile_peers_know_each_field_of_each_line(string stream, Type type)
        => Assert.Empty(FieldsOf(type).Except(MessageShapes.Lines.First(line => line.Name == stream).Fields));

    [Theory]
    [MemberData(nameof(Names))]
    public void Template_of_the_hostile_peers_is_a_valid_message(string name)
    {
        MessageShape shape = MessageShapes.Find(name);
        for (int seed = 0; seed < 50; seed++)
        {
            byte[] frame = HostileFrames.Write(shape, new() { Body = [1] }, Choices.FromSeed(seed), changes: 0);
            ReadOnlySpan<byte> header = frame.AsSpan(4, BitConverter.ToInt32(frame));
            string type = MessageShapes.Requests.Contains(shape) ? "open" : name;
            if (type is "data" or "window" or "end")
                Assert.NotNull(StreamHeader.Parse(type, header).Stream);
            else
                Assert.NotNull(MessageCodec.Decode(type, header));
        }
    }

    public static TheoryData<string> Names => [.. MessageShapes.Frames.Concat(MessageShapes.Requests).Select(shape => shape.Name)];

    private static bool IsMessage(Type type) => type.IsSubclassOf(typeof(Message)) && !type.IsAbstract && type != typeof(UnknownRequest);

    // Each message's class has the name of the message.
    private static string NameOf(Type type) => Suffix().Replace(type.Name, "").ToLowerInvariant();

    private static IEnumerable<string> FieldsOf(Type type)
        => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition != JsonIgnoreCondition.Always)
            .Select(property => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
                ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name))
            .Where(name => name != "equalityContract");

    private static IEnumerable<string> Documented(string from, string to)
    {
        string text = File.ReadAllText(Repository.File("docs/protocol.md"));
        int start = text.IndexOf($"\n{from}", StringComparison.Ordinal), end = text.IndexOf($"\n{to}", StringComparison.Ordinal);
        return Heading().Matches(text[start..end]).Select(match => match.Groups[1].Value);
    }

    [GeneratedRegex("(Message|Request)$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"^(?:### |- \*\*)`([a-z]+)`", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
