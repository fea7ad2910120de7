using System.Buffers;
using System.Text;
using RemoteShell.Cli.Client.Terminals;

namespace RemoteShell.Cli.Client.Tests.Terminals;

/// <summary>Escapes in each encoding in which a terminal may send keys.</summary>
public class EscapesTests
{
    private const byte ControlP = 16, ControlQ = 17;

    public static TheoryData<string> ControlC =>
    [
        "\u0003", "\e[99;5u", "\e[99;69u", "\e[99;133u", "\e[99;5:1u", "\e[99;5:2u", "\e[99::99;5u", "\e[1089::99;5u", "\e[27;5;99~",
        "\e[67;46;3;1;8;1_",
    ];

    public static TheoryData<string> NotControlC =>
    [
        "c", "\e[99u", "\e[99;6:3u", "\e[99;5:3u", "\e[99;7u", "\e[27;3;99~", "\e[67;46;3;0;8;1_", "\e[67;46;99;1;0;1_",
        "\e[3;5~", "\e[1;5C", "\e[<0;3;3M",
    ];

    [Theory]
    [MemberData(nameof(ControlC))]
    public void Ctrl_C_is_recognized_in_each_encoding(string typed)
        => Assert.Equal((Escape.Detach, ""), Sort(new([]) { LeaveKey = Escapes.ControlC }, typed));

    [Theory]
    [MemberData(nameof(NotControlC))]
    public void Other_keys_are_not_taken_for_Ctrl_C(string typed)
        => Assert.Equal((Escape.None, typed), Sort(new([]) { LeaveKey = Escapes.ControlC }, typed));

    [Theory]
    [InlineData("\r~.", nameof(Escape.End))]
    [InlineData("\r~d", nameof(Escape.Detach))]
    [InlineData("x\r~d", nameof(Escape.Detach))]
    [InlineData("\e[13u\e[126u\e[46u", nameof(Escape.End))]
    [InlineData("\e[13u\e[96;2u\e[100u", nameof(Escape.Detach))]
    [InlineData("\e[13u\e[96:126;2u\e[47:63;2u", nameof(Escape.Help))]
    [InlineData("\e[13u\e[96;2;126u\e[100;;100u", nameof(Escape.Detach))]
    [InlineData("\e[13;1:1u\e[13;1:3u\e[57441;2u\e[96:126;2u\e[96:126;2:3u\e[57441;1:3u\e[100u", nameof(Escape.Detach))]
    [InlineData("\e[27;1;13~\e[27;2;126~\e[27;1;46~", nameof(Escape.End))]
    [InlineData("\e[13;28;13;1;0;1_\e[13;28;13;0;0;1_\e[16;42;0;1;16;1_\e[192;41;126;1;16;1_\e[68;32;100;1;0;1_", nameof(Escape.Detach))]
    [InlineData("\r\e[I~\e[O.", nameof(Escape.End))]
    [InlineData("\r\e[<0;1;1M\e[<0;1;1m~d", nameof(Escape.Detach))]
    [InlineData("\r\e]11;rgb:0/0/0\e\\~d", nameof(Escape.Detach))]
    [InlineData("x~.", nameof(Escape.None))]
    [InlineData("\r\e[A~.", nameof(Escape.None))]
    [InlineData("\r~x~.", nameof(Escape.None))]
    [InlineData("\e[100u\e[126u\e[46u", nameof(Escape.None))]
    public void Tilde_escapes_are_recognized_in_each_encoding(string typed, string expected)
        => Assert.Equal(expected, Sort(new([]), typed).Escape.ToString());

    [Theory]
    [InlineData("\u0010\u0011")]
    [InlineData("\e[112;5u\e[113;5u")]
    [InlineData("\e[112;5u\e[112;5:3u\e[113;5u")]
    [InlineData("\e[27;5;112~\e[27;5;113~")]
    [InlineData("\e[80;25;16;1;8;1_\e[80;25;16;0;8;1_\e[81;16;17;1;8;1_")]
    [InlineData("\u0010\e[113;5u")]
    public void Detach_keys_are_recognized_in_each_encoding(string typed)
        => Assert.Equal((Escape.Detach, "abc"), Sort(new([ControlP, ControlQ]), $"abc{typed}"));

    [Theory]
    [InlineData("\u0010x")]
    [InlineData("\u0010\u0010x")]
    [InlineData("\e[112;5u\e[112;5:3u\e[114;5ux")]
    [InlineData("\e[112;5u\e[A")]
    [InlineData("~x \r~~x")]
    [InlineData("\e[27u\e[Ax")]
    [InlineData("\e\e[9x")]
    [InlineData("\eOPx\e[M abc")]
    public void Keys_that_are_not_an_escape_are_passed_on_unchanged(string typed)
    {
        string expected = typed.Replace("\r~~", "\r~", StringComparison.Ordinal);
        Assert.Equal((Escape.None, expected), Sort(new([ControlP, ControlQ]), typed));
        Assert.Equal((Escape.None, expected), SortOneByOne(new([ControlP, ControlQ]), typed));
    }

    [Fact]
    public void Lone_escape_key_is_passed_on_at_once()
    {
        var escapes = new Escapes([]);
        Assert.Equal((Escape.None, "\e"), Sort(escapes, "\e"));
        Assert.Equal((Escape.None, "\e["), Sort(escapes, "\e["));
        Assert.Equal((Escape.None, ""), Sort(escapes, "\e[99"));
        Assert.Equal((Escape.None, "\e[99;5u"), Sort(escapes, ";5u"));
    }

    [Fact]
    public void All_bytes_are_passed_on_in_any_pieces()
    {
        var random = new Random(7);
        byte[] typed = new byte[20_000];
        const string likely = "\e[]O;:059umM~_?<\r\u0010\u0011d.";
        for (int i = 0; i < typed.Length; i++)
            typed[i] = random.Next(3) > 0 ? (byte)likely[random.Next(likely.Length)] : (byte)random.Next(256);
        // Without tildes and detach keys nothing is an escape.
        typed = [.. typed.Where(b => b != '~')];
        var escapes = new Escapes([]);
        var sent = new ArrayBufferWriter<byte>();
        for (int at = 0; at < typed.Length;)
        {
            int count = Math.Min(random.Next(1, 9), typed.Length - at);
            Assert.Equal(Escape.None, escapes.Sort(typed.AsSpan(at, count), sent));
            at += count;
        }

        escapes.Sort("xx"u8, sent);
        Assert.Equal(Encoding.Latin1.GetString([.. typed, .. "xx"u8]), Encoding.Latin1.GetString(sent.WrittenSpan));
    }

    private static (Escape Escape, string Sent) Sort(Escapes escapes, string typed)
    {
        var sent = new ArrayBufferWriter<byte>();
        Escape escape = escapes.Sort(Encoding.UTF8.GetBytes(typed), sent);
        return (escape, Encoding.UTF8.GetString(sent.WrittenSpan));
    }

    private static (Escape Escape, string Sent) SortOneByOne(Escapes escapes, string typed)
    {
        var sent = new ArrayBufferWriter<byte>();
        foreach (byte one in Encoding.UTF8.GetBytes(typed))
            Assert.Equal(Escape.None, escapes.Sort([one], sent));
        return (Escape.None, Encoding.UTF8.GetString(sent.WrittenSpan));
    }
}
