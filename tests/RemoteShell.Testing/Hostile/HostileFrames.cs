using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace RemoteShell.Testing.Hostile;

/// <summary>Writes frames from the templates of the messages: valid ones, and ones whose fields are hostile.</summary>
public static class HostileFrames
{
    // Exactly one of these is in a valid exec.
    private static readonly string[] Commands =
        ["command", "argv", "builtin", "line", "conversation", "files", "connect", "listen", "shell"];

    // The fields without which a frame is not valid. The others are left out at random.
    private static readonly HashSet<string> Required =
    [
        "type", "channel", "request", "job", "path", "member", "text", "id", "stream", "offset", "limit", "total", "digest", "size", "hash",
        "code", "outcome", "version", "name", "columns", "rows", "state", "event", "term", "totals", "host", "port",
    ];

    private static readonly byte[] Null = "null"u8.ToArray();

    /// <summary>Returns a whole frame. At most <paramref name="changes"/> of its values are hostile.</summary>
    public static byte[] Write(MessageShape shape, FrameContext context, Choices choices, int changes)
    {
        var text = new ArrayBufferWriter<byte>(512);
        text.Write("\0\0\0\0"u8);
        WriteHeader(shape, context, choices, changes, text);
        int header = text.WrittenCount - 4;
        if (shape.Name == "data")
            text.Write(context.Body);
        byte[] frame = text.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(frame, header);
        return frame;
    }

    /// <summary>Returns a line of a list as JSON, without a line feed.</summary>
    public static byte[] WriteLine(MessageShape shape, FrameContext context, Choices choices, int changes)
    {
        var text = new ArrayBufferWriter<byte>(512);
        WriteHeader(shape, context, choices, changes, text);
        return text.WrittenSpan.ToArray();
    }

    /// <summary>Whether the size in the header of a frame is larger than the body behind it. The frame itself is not damaged.</summary>
    public static bool AnnouncesMore(byte[] frame)
    {
        int header = frame.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(frame);
        if (header < 0 || header > frame.Length - 4)
            return false;
        try
        {
            using var json = JsonDocument.Parse(frame.AsMemory(4, header));
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("size", out JsonElement size)
                && size.ValueKind == JsonValueKind.Number
                && size.TryGetInt64(out long bytes)
                && bytes > frame.Length - 4 - header;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Damages the bytes of a frame: its length, single bits, or its end.</summary>
    public static byte[] Damage(byte[] frame, Choices choices)
    {
        byte[] damaged = [.. frame];
        if (frame.Length < 4)
            return damaged;
        switch (choices.Next(4))
        {
            case 0:
                uint length = choices.Of<uint>([0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 262_144, 262_145, (uint)frame.Length]);
                BinaryPrimitives.WriteUInt32LittleEndian(damaged, length);
                return damaged;
            case 1:
                return damaged[..choices.Next(damaged.Length)];
            case 2:
                return [.. damaged, (byte)choices.Next(256)];
            default:
                for (int flips = 1 + choices.Next(3); flips > 0; flips--)
                    damaged[choices.Next(damaged.Length)] ^= (byte)(1 << choices.Next(8));
                return damaged;
        }
    }

    private static void WriteHeader(
        MessageShape shape, FrameContext context, Choices choices, int changes, ArrayBufferWriter<byte> text)
    {
        int values = shape.Root.Descendants;
        Span<int> targets = stackalloc int[changes];
        for (int i = 0; i < targets.Length; i++)
            targets[i] = values == 0 ? 0 : 1 + choices.Next(values);
        // The same decisions for every field, so that one change of a value does not change all others.
        uint dropped = (uint)((choices.Next(256) << 24) | (choices.Next(256) << 16) | (choices.Next(256) << 8) | choices.Next(256));
        string command = shape.Name == "exec" ? choices.Of(Commands) : "";
        int number = 0;
        WriteValue(shape.Root, new(context, choices, targets, dropped, command), isRoot: true, ref number, text);
    }

    private static void WriteValue(ShapeNode node, in Plan plan, bool isRoot, ref int number, ArrayBufferWriter<byte> text)
    {
        int own = number;
        if (plan.Targets.Contains(own) && !isRoot)
        {
            number += node.Descendants;
            text.Write(plan.Choices.OneIn(8) ? Null : HostileValues.Pick(node.Kind, plan.Choices));
            return;
        }

        if (node.Placeholder is { } placeholder)
        {
            WriteText(text, plan.Context.Value(placeholder));
            return;
        }

        if (node.Kind is not (ValueKind.Map or ValueKind.List))
        {
            text.Write(node.Raw);
            return;
        }

        text.Write(node.Kind == ValueKind.Map ? "{"u8 : "["u8);
        bool isFirst = true;
        for (int i = 0; i < node.Children.Count; i++)
        {
            ShapeNode child = node.Children[i];
            number++;
            bool isTarget = plan.Targets.Contains(number);
            if (IsLeftOut(child, plan, isRoot, isTarget, i))
            {
                number += child.Descendants;
                continue;
            }

            // A target is most often a bad value; sometimes the field is missing, or there twice.
            int times = !isTarget ? 1 : plan.Choices.Next(8) switch { 0 => 0, 1 => 2, _ => 1 };
            int before = number;
            for (int time = 0; time < times; time++)
            {
                number = before;
                if (!isFirst)
                    text.Write(","u8);
                isFirst = false;
                text.Write(child.Label);
                WriteValue(child, plan, isRoot: false, ref number, text);
            }

            if (times == 0)
                number += child.Descendants;
        }

        text.Write(node.Kind == ValueKind.Map ? "}"u8 : "]"u8);
    }

    private static bool IsLeftOut(ShapeNode field, in Plan plan, bool isRoot, bool isTarget, int index)
    {
        if (!isRoot || field.Name.Length == 0)
            return false;
        if (plan.Command.Length > 0 && Array.IndexOf(Commands, field.Name) >= 0)
            return field.Name != plan.Command && !(isTarget && plan.Choices.OneIn(2));
        bool isRequired = Required.Contains(field.Name) || (field.Placeholder is { } name && Required.Contains(name));
        return !isTarget && !isRequired && (plan.Dropped & (1u << (index % 32))) != 0;
    }

    private static void WriteText(ArrayBufferWriter<byte> text, string value)
        => text.Advance(Encoding.UTF8.GetBytes(value, text.GetSpan(Encoding.UTF8.GetMaxByteCount(value.Length))));

    private readonly ref struct Plan(FrameContext context, Choices choices, ReadOnlySpan<int> targets, uint dropped, string command)
    {
        public FrameContext Context { get; } = context;

        public Choices Choices { get; } = choices;

        /// <summary>The numbers of the values that are hostile, counted from 1 in the order of the template.</summary>
        public ReadOnlySpan<int> Targets { get; } = targets;

        public uint Dropped { get; } = dropped;

        public string Command { get; } = command;
    }
}
