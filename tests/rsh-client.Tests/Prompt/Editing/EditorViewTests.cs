using System.Text;
using RemoteShell.Cli.Client.Prompt.Editing;

namespace RemoteShell.Cli.Client.Tests.Prompt.Editing;

/// <summary>How a text is laid out, and what is written when it changes.</summary>
public class EditorViewTests
{
    private static readonly StyledPart[] Prompt = [new("h$ ", CellStyle.Host)];

    public static TheoryData<string, int> Widths => new()
    {
        { "a", 1 },
        { "é", 1 },
        { "e\u0301", 1 },
        { "中", 2 },
        { "ｱ", 1 },
        { "한", 2 },
        { "😀", 2 },
        { "👍🏽", 2 },
        { "👨‍👩‍👧", 6 },
        { "🇩🇪", 2 },
        { "❤️", 2 },
        { "ع", 1 },
        { "ไ", 1 },
    };

    // The rows, joined by a slash, and the cursor's row and column.
    public static TheoryData<string, int, string, int, int> Layouts => new()
    {
        { "", 0, "h$ ", 0, 3 },
        { "abc", 1, "h$ abc", 0, 4 },
        { "中文", 1, "h$ 中文", 0, 5 },
        { "1234567", 7, "h$ 1234567/", 1, 0 },
        { "1234567", 6, "h$ 1234567", 0, 9 },
        { "123456789", 8, "h$ 1234567/89", 1, 1 },
        { "123456中", 6, "h$ 123456/中", 1, 0 },
        { "one\ntwo", 4, "h$ one/> two", 1, 2 },
        { "one\n", 4, "h$ one/> ", 1, 2 },
        { "1234567\nx", 7, "h$ 1234567//> x", 1, 0 },
        { "a\tb", 3, "h$ a    b", 0, 9 },
        { "a\u0003\u007fb", 1, "h$ a^C^?b", 0, 4 },
        { "\u0301a", 1, "h$ \u25CC\u0301a", 0, 4 },
        { "a\u202Eb", 0, "h$ a<202E>/b", 0, 3 },
        { "שלום", 1, "h$ שלום", 0, 4 },
    };

    [Fact]
    public void Rows_above_the_prompt_move_the_cursor_down()
    {
        ViewFrame frame = new EditorView(Prompt, "abc", 1) { Above = ["late 中", "more"] }.Render(10, 5);
        Assert.Equal(["late 中", "more", "h$ abc"], frame.Rows.Select(row => string.Concat(row.Cells.Select(cell => cell.Text))));
        Assert.Equal((2, 4), (frame.CursorRow, frame.CursorColumn));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Character_takes_its_cells(string text, int expected) => Assert.Equal(expected, CellWidth.Of(text));

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Text_is_laid_out_in_rows_of_ten_columns(string text, int cursor, string rows, int row, int column)
    {
        ViewFrame frame = new EditorView(Prompt, text, cursor).Render(10, 24);
        Assert.Equal(rows, string.Join('/', frame.Rows.Select(Text)));
        Assert.Equal((row, column), (frame.CursorRow, frame.CursorColumn));
        Assert.All(frame.Rows, shown => Assert.True(shown.Width <= 10 && shown.Width == shown.Cells.Sum(cell => cell.Width)));
    }

    [Fact]
    public void Text_higher_than_the_terminal_shows_the_rows_around_the_cursor()
    {
        string text = string.Join('\n', Enumerable.Range(0, 50));
        ViewFrame frame = new EditorView(Prompt, text, text.Length).Render(10, 5);
        Assert.Equal("> 45/> 46/> 47/> 48/> 49", string.Join('/', frame.Rows.Select(Text)));
        Assert.Equal((4, 4), (frame.CursorRow, frame.CursorColumn));
        frame = new EditorView(Prompt, text, 0).Render(10, 5);
        Assert.Equal("h$ 0/> 1/> 2/> 3/> 4", string.Join('/', frame.Rows.Select(Text)));
    }

    [Fact]
    public void Later_span_counts_for_a_character_of_two()
    {
        StyledSpan[] spans = [new(0, 3, CellStyle.String), new(1, 1, CellStyle.Match), new(3, 99, CellStyle.Comment)];
        EditorView view = new([], "abcd", 4) { Spans = spans };
        CellStyle[] styles = [.. view.Render(10, 1).Rows[0].Cells.Select(cell => cell.Style)];
        Assert.Equal([CellStyle.String, CellStyle.Match, CellStyle.String, CellStyle.Comment], styles);
    }

    [Fact]
    public void Painter_writes_only_what_changed()
    {
        var painter = new ViewPainter(EditorPalette.Plain);
        Assert.Equal("h$ abc", Paint(painter, "abc", 3));
        Assert.Equal("", Paint(painter, "abc", 3));
        Assert.Equal("d", Paint(painter, "abcd", 4));
        Assert.Equal("\e[6G", Paint(painter, "abcd", 2));
        Assert.Equal("xcd\e[7G", Paint(painter, "abxcd", 3));
        Assert.Equal("\e[8Ge\e[7G", Paint(painter, "abxce", 3));
        Assert.Equal("\e[4G\e[K", Paint(painter, "", 0));
    }

    [Fact]
    public void Painter_sets_the_column_behind_a_character_of_uncertain_width()
    {
        var painter = new ViewPainter(EditorPalette.Plain);
        Assert.Equal("h$       \e[4G👨‍👩‍👧\e[10Gx", Paint(painter, "👨‍👩‍👧x", 9));
    }

    [Fact]
    public void Painter_ends_each_style_that_it_begins()
    {
        var painter = new ViewPainter(EditorPalette.Coloured);
        EditorView view = new(Prompt, "ls", 2) { Suggestion = " -l" };
        Assert.Equal("\e[32mh$ \e[0mls\e[90m -l\e[0m\e[6G", painter.Paint(view.Render(20, 5)));
    }

    [Fact]
    public void Painter_without_colours_writes_reverse_video_only()
    {
        var painter = new ViewPainter(EditorPalette.Plain);
        EditorView view = new(Prompt, "ls\u0003", 0) { Spans = [new(0, 1, CellStyle.Match), new(1, 1, CellStyle.String)] };
        Assert.Equal("h$ \e[7ml\e[0ms\e[7m^C\e[0m\e[4G", painter.Paint(view.Render(20, 5)));
    }

    [Theory]
    [InlineData(80, 0)]
    [InlineData(20, 1)]
    [InlineData(10, 3)]
    public void Rows_above_the_cursor_are_counted_as_the_terminal_wraps_them(int columns, int expected)
    {
        string text = new('x', 30);
        ViewFrame frame = new EditorView(Prompt, text, text.Length).Render(80, 24);
        Assert.Equal(expected, frame.RowsAboveCursor(columns));
    }

    [Fact]
    public void Menu_is_laid_out_in_columns_below_the_text()
    {
        CompletionMenu menu = Menu("alpha", "beta", "gamma", "delta", "epsilon");
        EditorView view = new(Prompt, "", 0) { Menu = menu };
        Assert.Equal("h$ /alpha    delta/beta     epsilon/gamma", string.Join('/', view.Render(20, 10).Rows.Select(Text)));
        Assert.Equal("h$ /alpha/beta/rows 1 to ", string.Join('/', view.Render(10, 4).Rows.Select(Text)));
    }

    [Fact]
    public void Menu_moves_by_item_and_by_column_and_around_its_ends()
    {
        CompletionMenu menu = Menu("alpha", "beta", "gamma", "delta", "epsilon");
        Assert.Equal("beta", menu.Move(1).Move(1).Text.Text);
        Assert.Equal("epsilon", menu.Move(-1).Text.Text);
        Assert.Equal("alpha", menu.Move(-1).Move(1).Text.Text);
        Assert.Equal("delta", menu.Move(1).Move(menu.RowsIn(20)).Text.Text);
        Assert.Equal("alpha ", menu.Move(1).TextWithEnd.Text);
    }

    [Fact]
    public void Menu_with_descriptions_has_one_item_in_a_row_and_cuts_it()
    {
        CompletionItem[] items =
        [
            new("ls", "ls", CompletionKind.Program, "list a folder"),
            new("cd", "cd", CompletionKind.Builtin, "change it"),
        ];
        EditorView view = new(Prompt, "", 0) { Menu = new(new(0, 0, items), EditBuffer.Empty) };
        Assert.Equal("h$/ls  list a/cd  change", string.Join('/', view.Render(10, 10).Rows.Select(row => Text(row).TrimEnd())));
    }

    private static CompletionMenu Menu(params string[] names)
        => new(new(0, 0, [.. names.Select(name => new CompletionItem(name, name, CompletionKind.File, null))]), EditBuffer.Empty);

    private static string Text(ViewRow row)
    {
        var text = new StringBuilder();
        foreach (ViewCell cell in row.Cells)
            text.Append(cell.Text);
        return text.ToString();
    }

    private static string Paint(ViewPainter painter, string text, int cursor)
        => painter.Paint(new EditorView(Prompt, text, cursor).Render(40, 24));
}
