using System.Text;
using RemoteShell.Cli.Client.Prompt.Editing;

namespace RemoteShell.Cli.Client.Tests.Prompt.Editing;

/// <summary>Keys in each encoding in which a terminal may send them.</summary>
public class KeyDecoderTests
{
    // What a key is, as text: the modifiers, and its name or its characters.
    public static TheoryData<string, string> Keys => new()
    {
        { "a", "a" },
        { "\r", "Enter" },
        { "\n", "Enter" },
        { "\t", "Tab" },
        { "\u007f", "Backspace" },
        { "\b", "Backspace" },
        { "\u0001", "C-a" },
        { "\u001f", "C-_" },
        { "\0", "C- " },
        { "\e[A\e[B\e[C\e[D\e[H\e[F", "Up|Down|Right|Left|Home|End" },
        { "\eOA\eOB\eOC\eOD\eOH\eOF", "Up|Down|Right|Left|Home|End" },
        { "\e[1~\e[4~\e[7~\e[8~\e[3~\e[5~\e[6~", "Home|End|Home|End|Delete|PageUp|PageDown" },
        { "\e[1;5C\e[1;3D\e[1;2H\e[3;5~", "C-Right|A-Left|S-Home|C-Delete" },
        { "\e[Z\e[1;2Z", "S-Tab|S-Tab" },
        { "\eOc\eOd\e[3^\e[7^\e[c", "C-Right|C-Left|C-Delete|C-Home|S-Right" },
        { "\eO5C", "C-Right" },
        { "\eOp\eOq\eOy\eOn\eOk\eOj\eOo\eOm\eOM\eOX", "0|1|9|.|+|*|/|-|Enter|=" },
        { "\eb\eF\e.\e<\eé", "A-b|A-f|A-.|A-<|A-é" },
        { "\e\u007f\e\b\e\r", "A-Backspace|A-Backspace|A-Enter" },
        { "\e\e[C\e\eOD", "A-Right|A-Left" },
        { "\e[99;5u\e[98;3u\e[13u\e[13;3u\e[9;2u\e[127;5u\e[27u", "C-c|A-b|Enter|A-Enter|S-Tab|C-Backspace|Escape" },
        { "\e[97u\e[97;2u\e[49;2u\e[97:65;2u\e[228u", "a|A|!|A|ä" },
        { "\e[97;;97u\e[55;8;123u", "a|CA-&" },
        { "\e[1089::99;5u\e[1089;5u", "C-c|C-с" },
        { "\e[99;5:1u\e[99;5:3u\e[97;1:3u\e[1;1:3A\e[57441;2u\e[57358u", "C-c" },
        { "\e[99;69u\e[99;133u", "C-c|C-c" },
        { "\e[57399u\e[57409u\e[57414u\e[57417u\e[57424u\e[57426u", "0|.|Enter|Left|End|Delete" },
        { "\e[27;5;99~\e[27;3;98~\e[27;2;13~\e[27;5;9~\e[27;1;97~\e[27;2;97~", "C-c|A-b|S-Enter|C-Tab|a|A" },
        { "\e[67;46;3;1;8;1_\e[67;46;3;0;8;1_\e[65;30;97;1;0;1_\e[16;42;0;1;16;1_\e[37;75;0;1;0;1_", "C-c|a|Left" },
        { "\e[200~two\rlines\r\nand\ta\u0003tab\e[201~x", "paste two\nlines\nand\ta\u0003tab|x" },
        { "\e[200~\e[201~\e[200~é\e[A\e[201~", "paste |paste é\e[A" },
        { "\e[201~a", "a" },
        // Answers of the terminal.
        { "\e[?1;2c\e[24;80R\e[0n\e[>1;95;0c\e[?2004;1$y\e[8;24;80t\e[I\e[Oa", "a" },
        { "\e]11;rgb:0000/0000/0000\e\\\e]11;rgb:0/0/0\aa\eP1$r0m\e\\b\e_Gi=1;OK\e\\c", "a|b|c" },
        { "\e[M !!a\e[<0;3;3M\e[<0;3;3mb", "a|b" },
        // Keys without a meaning here: F1 to F5 in three forms, Insert, Menu.
        { "\eOP\e[[A\e[15~\e[2~\e[57363ua", "Unknown|Unknown|Unknown|a" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void Key_is_read_in_each_encoding(string typed, string expected) => Assert.Equal(expected, Read(typed));

    [Theory]
    [MemberData(nameof(Keys))]
    public void Key_is_read_when_its_bytes_arrive_one_by_one(string typed, string expected)
    {
        var decoder = new KeyDecoder();
        List<string> keys = [];
        foreach (byte b in Encoding.UTF8.GetBytes(typed))
        {
            decoder.Append([b]);
            ReadAll(decoder, keys);
        }

        if (decoder.Patience is not null)
            decoder.GiveUp();
        ReadAll(decoder, keys);
        Assert.Equal(expected, string.Join('|', keys));
    }

    [Fact]
    public void Characters_that_arrive_together_are_one_key() => Assert.Equal("héé中😀|Enter", Read("héé中😀\r"));

    [Fact]
    public void Tab_right_before_a_character_was_pasted_and_is_text() => Assert.Equal("a|\t|b|Tab", Read("a\tb\t"));

    [Fact]
    public void Escape_alone_is_a_key_after_a_short_wait()
    {
        var decoder = new KeyDecoder();
        decoder.Append("\e"u8);
        Assert.False(decoder.TryRead(out _));
        Assert.Equal(50, decoder.Patience);
        decoder.GiveUp();
        Assert.True(decoder.TryRead(out EditorKey key));
        Assert.Equal(EditorKeyKind.Escape, key.Kind);
        Assert.Null(decoder.Patience);
    }

    [Theory]
    [InlineData("\e[")]
    [InlineData("\e[1;5")]
    [InlineData("\eO")]
    [InlineData("\e]11;rgb")]
    [InlineData("\eP1$r")]
    public void Sequence_without_its_end_is_dropped_after_a_wait(string typed)
    {
        var decoder = new KeyDecoder();
        decoder.Append(Encoding.UTF8.GetBytes(typed));
        Assert.False(decoder.TryRead(out _));
        Assert.Equal(500, decoder.Patience);
        decoder.GiveUp();
        Assert.False(decoder.TryRead(out _));
        decoder.Append("a"u8);
        Assert.True(decoder.TryRead(out EditorKey key));
        Assert.Equal("a", key.Text);
    }

    [Fact]
    public void Incomplete_character_waits_for_its_last_byte()
    {
        var decoder = new KeyDecoder();
        byte[] emoji = Encoding.UTF8.GetBytes("a😀");
        decoder.Append(emoji.AsSpan(0, 4));
        Assert.True(decoder.TryRead(out EditorKey key));
        Assert.Equal("a", key.Text);
        Assert.False(decoder.TryRead(out _));
        decoder.Append(emoji.AsSpan(4));
        Assert.True(decoder.TryRead(out key));
        Assert.Equal("😀", key.Text);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_become_replacement_characters()
    {
        var decoder = new KeyDecoder();
        decoder.Append([0xff, (byte)'a', 0xc3, (byte)'\r']);
        List<string> keys = [];
        ReadAll(decoder, keys);
        Assert.Equal("\uFFFDa\uFFFD|Enter", string.Join('|', keys));
    }

    [Fact]
    public void Rest_behind_a_key_is_taken_unchanged()
    {
        var decoder = new KeyDecoder();
        decoder.Append("a\rb\e[A"u8);
        Assert.True(decoder.TryRead(out _));
        Assert.True(decoder.TryRead(out EditorKey key));
        Assert.Equal(EditorKeyKind.Enter, key.Kind);
        Assert.Equal("b\e[A", Encoding.UTF8.GetString(decoder.TakeRest()));
        Assert.False(decoder.TryRead(out _));
    }

    [Fact]
    public async Task Paste_of_16_MiB_in_small_pieces_is_read_in_linear_time()
    {
        var decoder = new KeyDecoder();
        byte[] piece = Encoding.UTF8.GetBytes(new string('x', 1024));
        EditorKey key = default;
        await Task.Run(() =>
        {
            decoder.Append("\e[200~"u8);
            for (int i = 0; i < 16 * 1024; i++)
            {
                decoder.Append(piece);
                Assert.False(decoder.TryRead(out _));
            }

            decoder.Append("\e[201~"u8);
            Assert.True(decoder.TryRead(out key));
        }, TestContext.Current.CancellationToken).Within();
        Assert.Equal(16 * 1024 * 1024, key.Text.Length);
    }

    [Fact]
    public void Random_bytes_are_read_without_failure()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        byte[] alphabet = Encoding.UTF8.GetBytes("\e\e\e[[O]P?;:0123456789~uRMAB\u0007\\ aé\r\t");
        var decoder = new KeyDecoder();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = random.GetItems(alphabet, random.Next(1, 12));
            decoder.Append(bytes);
            while (decoder.TryRead(out EditorKey key))
                Assert.True(key.Text is not null, $"seed {seed}");
            if (random.Next(4) == 0)
                decoder.GiveUp();
        }

        // It is not stuck, except in a paste.
        decoder.Append("\u0007\e\\\e[201~"u8);
        while (decoder.TryRead(out _))
            Assert.NotNull(decoder);
        decoder.GiveUp();
        while (decoder.TryRead(out _))
            Assert.NotNull(decoder);
        decoder.Append("\r"u8);
        Assert.True(decoder.TryRead(out EditorKey last), $"seed {seed}");
        Assert.True(last.Kind == EditorKeyKind.Enter, $"seed {seed}: {last}");
    }

    private static string Read(string typed)
    {
        var decoder = new KeyDecoder();
        decoder.Append(Encoding.UTF8.GetBytes(typed));
        List<string> keys = [];
        ReadAll(decoder, keys);
        return string.Join('|', keys);
    }

    private static void ReadAll(KeyDecoder decoder, List<string> keys)
    {
        while (decoder.TryRead(out EditorKey key))
            keys.Add(Describe(key));
    }

    private static string Describe(EditorKey key)
    {
        string modifiers = (key.Modifiers.HasFlag(KeyModifiers.Control) ? "C" : "")
            + (key.Modifiers.HasFlag(KeyModifiers.Alt) ? "A" : "")
            + (key.Modifiers.HasFlag(KeyModifiers.Shift) ? "S" : "");
        string name = key.Kind switch
        {
            EditorKeyKind.Text or EditorKeyKind.Character => key.Text,
            EditorKeyKind.Paste => $"paste {key.Text}",
            _ => key.Kind.ToString(),
        };
        return modifiers.Length > 0 ? $"{modifiers}-{name}" : name;
    }
}
