using System.Text;
using RemoteShell.Cli.Client.Prompt.Editing;

namespace RemoteShell.Cli.Client.Tests.Prompt.Editing;

/// <summary>Random keys, compared with a naive editor and with a model of the terminal.</summary>
public class RandomKeysTests
{
    private static readonly (string Name, string Typed)[] Keys =
    [
        ("Left", "\e[D"), ("Right", "\e[C"), ("Home", "\e[H"), ("End", "\eOF"), ("A-b", "\eb"), ("A-f", "\ef"), ("Backspace", "\u007f"),
        ("Delete", "\e[3~"), ("C-k", "\u000b"), ("C-u", "\u0015"), ("C-w", "\u0017"), ("A-Backspace", "\e\u007f"), ("A-d", "\ed"),
        ("C-y", "\u0019"), ("A-Enter", "\e\r"),
    ];

    private static readonly string[] Texts =
    [
        "a", "word ", " ", "x-y", "中", "é", "e\u0301", "\u0301",
        "😀", "👨‍👩‍👧", "\u200D", "👍🏽", "🇩🇪", "🇩", "❤️", "עברית",
        "\uFEFF",
    ];

    [Fact]
    public void Text_and_cursor_are_those_of_a_naive_editor()
    {
        int seed = Random.Shared.Next();
        for (int round = 0; round < 300; round++)
        {
            var random = new Random(seed + round);
            var naive = new NaiveEditor();
            var state = new EditorState([], new());
            var decoder = new KeyDecoder();
            var typed = new List<string>();
            for (int i = 0; i < 60; i++)
            {
                (string name, string bytes) = Next(random);
                typed.Add(name);
                naive.Do(name);
                decoder.Append(Encoding.UTF8.GetBytes(bytes));
                while (decoder.TryRead(out EditorKey key))
                    state.Apply(key);
                string where = $"seed {seed + round}: {string.Join(' ', typed)}";
                Assert.True(naive.Text == state.Buffer.Text, $"{where}\n{naive.Text}\n{state.Buffer.Text}");
                Assert.True(naive.Cursor == state.Buffer.Cursor, $"{where}\n{naive.Cursor} {state.Buffer.Cursor}");
            }
        }
    }

    [Fact]
    public void Undo_goes_back_to_the_start_and_redo_to_the_end()
    {
        int seed = Random.Shared.Next();
        for (int round = 0; round < 100; round++)
        {
            var random = new Random(seed + round);
            var state = new EditorState([], new());
            Type(state, random, 60);
            string text = state.Buffer.Text;
            while (state.Apply(EditorKey.Control('_')) == EditorOutcome.None)
                Assert.NotNull(state.Buffer);
            Assert.True(state.Buffer.Text.Length == 0, $"seed {seed + round}");
            while (state.Apply(EditorKey.Alt('/')) == EditorOutcome.None)
                Assert.NotNull(state.Buffer);
            Assert.True(state.Buffer.Text == text, $"seed {seed + round}: '{text}' '{state.Buffer.Text}'");
        }
    }

    [Fact]
    public void Painted_changes_show_the_same_as_a_new_drawing()
    {
        string[] plain = ["a", "word ", "x-y", "é", "long-long-long-word", "\t", "\u0003"];
        int seed = Random.Shared.Next();
        for (int round = 0; round < 150; round++)
        {
            var random = new Random(seed + round);
            int columns = random.Next(4, 30), rows = random.Next(2, 12);
            var state = new EditorState(["a word and more", "x-y\nin two rows"], new());
            var painter = new ViewPainter(EditorPalette.Coloured);
            var written = new StringBuilder();
            for (int i = 0; i < 40; i++)
            {
                if (random.Next(3) == 0)
                    state.Apply(EditorKey.Pasted(plain[random.Next(plain.Length)]));
                else
                    Type(state, random, 1, plain);
                EditorView view = new([new("host:~$ ", CellStyle.Host)], state.Buffer.Text, state.Buffer.Cursor)
                {
                    Suggestion = state.Suggestion,
                };
                ViewFrame frame = view.Render(columns, rows);
                written.Append(painter.Paint(frame));
                string[] expected = [.. frame.Rows.Select(row => string.Concat(row.Cells.Select(cell => cell.Text)).TrimEnd())];
                TerminalModel model = TerminalModel.Of(Encoding.UTF8.GetBytes(written.ToString()), columns, rows);
                string where = $"seed {seed + round}, step {i}, {columns} x {rows}";
                Assert.True(model.Changes.Length == 0, $"{where}: {model.Changes}");
                Assert.True(
                    expected.SequenceEqual(model.Lines.Take(expected.Length)),
                    $"{where}\n{string.Join('\n', expected)}\n---\n{string.Join('\n', model.Lines)}");
                Assert.All(model.Lines.Skip(expected.Length), line => Assert.True(line.Length == 0, where));
                model.Show("█");
                Assert.True(model.Lines[frame.CursorRow].ElementAtOrDefault(frame.CursorColumn) == '█', $"{where}: cursor");
            }
        }
    }

    private static (string Name, string Bytes) Next(Random random)
    {
        if (random.Next(2) == 0)
            return Keys[random.Next(Keys.Length)];
        string text = Texts[random.Next(Texts.Length)];
        return (text, text);
    }

    private static void Type(EditorState state, Random random, int count, string[]? texts = null)
    {
        var decoder = new KeyDecoder();
        for (int i = 0; i < count; i++)
        {
            bool isText = random.Next(2) == 0;
            string[] all = texts ?? Texts;
            string bytes = isText ? all[random.Next(all.Length)] : Keys[random.Next(Keys.Length)].Typed;
            decoder.Append(Encoding.UTF8.GetBytes(bytes));
            while (decoder.TryRead(out EditorKey key))
            {
                if (key.Kind is not (EditorKeyKind.Tab or EditorKeyKind.Enter) || key.Modifiers != KeyModifiers.None)
                    state.Apply(key);
            }
        }
    }
}
