using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Tests.Messages;

/// <summary>Checks docs/vectors/messages.json, which other implementations use too: every message, and the lies about each field.</summary>
public class MessageVectorTests
{
    private static readonly JsonElement[] Vectors =
    [
        .. JsonDocument.Parse(File.ReadAllText(Repository.File("docs/vectors/messages.json"))).RootElement
            .GetProperty("messages").EnumerateArray(),
    ];

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, Vectors.Length)];

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Valid_message_is_read_also_without_its_optional_fields(int index)
    {
        JsonElement vector = Vectors[index];
        Assert.NotNull(Read(vector, Header(vector).ToJsonString()));
        foreach (string field in Strings(vector, "optional"))
        {
            JsonObject without = Header(vector);
            Parent(without, field).Remove(Last(field));
            Assert.NotNull(Read(vector, without.ToJsonString()));
            JsonObject withNull = Header(vector);
            Parent(withNull, field)[Last(field)] = null;
            Assert.NotNull(Read(vector, withNull.ToJsonString()));
        }
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Message_without_a_required_field_is_rejected(int index)
    {
        JsonElement vector = Vectors[index];
        foreach (string field in Strings(vector, "required"))
        {
            JsonObject without = Header(vector);
            Parent(without, field).Remove(Last(field));
            Reject(vector, without.ToJsonString(), code: null);
            JsonObject withNull = Header(vector);
            Parent(withNull, field)[Last(field)] = null;
            Reject(vector, withNull.ToJsonString(), code: null);
        }
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Message_with_a_lie_is_rejected(int index)
    {
        JsonElement vector = Vectors[index];
        foreach (JsonElement lie in vector.GetProperty("lies").EnumerateArray())
        {
            string field = lie.GetProperty("field").GetString()!;
            string? code = lie.TryGetProperty("code", out JsonElement own) ? own.GetString() : null;
            foreach (string value in Strings(lie, "values"))
            {
                JsonObject header = Header(vector);
                Parent(header, field)[Last(field)] = "@";
                Reject(vector, header.ToJsonString().Replace("\"@\"", value, StringComparison.Ordinal), code);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Message_with_a_field_twice_is_rejected(int index)
    {
        JsonElement vector = Vectors[index];
        foreach ((string field, JsonNode? value) in Header(vector).Where(field => field.Key is not ("size" or "hash")))
        {
            string twice = Header(vector).ToJsonString();
            twice = $"{twice[..^1]},\"{field}\":{value!.ToJsonString()}}}";
            // Fields of the frame are checked by the frame's reader, with its own code.
            Reject(vector, twice, code: field is "type" or "channel" || IsOfStream(vector) ? ErrorCode.BadHeader : null);
        }
    }

    [Fact]
    public void Every_message_and_every_number_in_it_has_its_lies()
    {
        Type[] wanted =
        [
            .. typeof(Message).Assembly.GetTypes()
                .Where(type => type.IsSubclassOf(typeof(Message)) && !type.IsAbstract && type != typeof(UnknownRequest)),
            typeof(JobEntry), typeof(ConnectionEntry), typeof(ChatEntry), typeof(ListenEntry),
        ];
        ILookup<Type, JsonElement> rows = Vectors.Where(vector => !IsOfStream(vector))
            .ToLookup(vector => Read(vector, Header(vector).ToJsonString())!.GetType());
        string[] missing =
        [
            .. from type in wanted
               from number in Numbers(type)
               where !rows[type].Any(row => HasLie(row, number))
               select $"{type.Name} {string.Join('.', number)}",
            .. wanted.Where(type => !rows[type].Any()).Select(type => type.Name),
        ];
        Assert.True(missing.Length == 0, $"docs/vectors/messages.json lacks: {string.Join(", ", missing)}");
    }

    private static bool HasLie(JsonElement row, string[] path)
        => row.GetProperty("lies").EnumerateArray().Select(lie => lie.GetProperty("field").GetString()!.Split('.'))
            .Any(field => field.Length == path.Length && field.Zip(path).All(pair => pair.Second == "*" || pair.First == pair.Second));

    // The paths of the numbers in a type. A * stands for the key of a map.
    private static IEnumerable<string[]> Numbers(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(int) || type == typeof(long) || type == typeof(double))
            return [[]];
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
            return Numbers(type.GetGenericArguments()[1]).Select(path => (string[])["*", .. path]);
        if (type.Namespace != typeof(Message).Namespace)
            return [];
        return from property in type.GetProperties()
               where property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition != JsonIgnoreCondition.Always
               where property.Name != nameof(Message.Channel)
               let name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
                   ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name)
               from path in Numbers(property.PropertyType)
               select (string[])[name, .. path];
    }

    private static void Reject(JsonElement vector, string header, string? code)
    {
        code ??= vector.TryGetProperty("code", out JsonElement own) ? own.GetString() : null;
        if (vector.TryGetProperty("line", out _))
        {
            Assert.True(Record.Exception(() => Read(vector, header)) is JsonException, header);
            return;
        }

        var fault = Record.Exception(() => Read(vector, header)) as FrameException;
        Assert.True(fault is not null, $"accepted: {header}");
        Assert.True(code == fault.Code, $"{fault.Code} in place of {code}: {header}");
        // The peer's people know the protocol, and not the types of this implementation.
        Assert.DoesNotContain("System.", fault.Message);
        Assert.DoesNotContain("RemoteShell.", fault.Message);
    }

    private static object? Read(JsonElement vector, string header)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(header);
        if (vector.TryGetProperty("line", out JsonElement line))
        {
            return line.GetString() switch
            {
                "jobs" => MessageCodec.DecodeJob(bytes),
                "who" => MessageCodec.DecodeConnection(bytes),
                "listen" => MessageCodec.DecodeListenEntry(bytes),
                _ => MessageCodec.DecodeChatEntry(bytes),
            };
        }

        Assert.True(FrameCodec.TryReadHeader(RawPeer.Frame(header), FrameLimits.Default, out FrameEnvelope envelope, out _));
        return IsOfStream(vector) ? StreamHeader.Parse(envelope.Type, bytes) : MessageCodec.Decode(envelope.Type, bytes);
    }

    private static bool IsOfStream(JsonElement vector)
        => vector.GetProperty("header").TryGetProperty("type", out JsonElement type) && type.GetString() is ("data" or "window" or "end");

    private static JsonObject Header(JsonElement vector) => JsonObject.Create(vector.GetProperty("header").Clone())!;

    private static string[] Strings(JsonElement vector, string name)
        => [.. vector.GetProperty(name).EnumerateArray().Select(one => one.GetString()!)];

    private static JsonObject Parent(JsonObject header, string field)
        => field.Split('.')[..^1].Aggregate(header, (parent, name) => parent[name]!.AsObject());

    private static string Last(string field) => field.Split('.')[^1];
}
