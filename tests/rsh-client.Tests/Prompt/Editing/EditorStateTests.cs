using System.Text;
using RemoteShell.Cli.Client.Prompt.Editing;

namespace RemoteShell.Cli.Client.Tests.Prompt.Editing;

/// <summary>Keys, and the text that they leave.</summary>
public class EditorStateTests
{
    private const string CtrlA = "\u0001", CtrlB = "\u0002", CtrlC = "\u0003", CtrlD = "\u0004", CtrlE = "\u0005", CtrlF = "\u0006";
    private const string CtrlG = "\u0007", CtrlK = "\u000b", CtrlL = "\u000c", CtrlN = "\u000e", CtrlP = "\u0010", CtrlR = "\u0012";
    private const string CtrlS = "\u0013", CtrlT = "\u0014", CtrlU = "\u0015", CtrlV = "\u0016", CtrlW = "\u0017", CtrlX = "\u0018";
    private const string CtrlY = "\u0019", Undo = "\u001f", Backspace = "\u007f", Up = "\e[A", Down = "\e[B", Left = "\e[D", Right = "\e[C";
    private const string Delete = "\e[3~", Family = "👨‍👩‍👧", Flag = "🇩🇪";

    private static readonly string[] History =
    [
        "ls -l", "echo make-target", "make all", "echo 'two words'", "for i in 1 2\ndo\n  echo $i\ndone", "rm old\\ file", "make all",
    ];

    // The bar is the cursor.
    public static TheoryData<string, string> Edits => new()
    {
        { "abc", "abc|" },
        { $"abc{CtrlB}{CtrlB}x", "ax|bc" },
        { $"abc{CtrlA}x{CtrlE}y", "xabcy|" },
        { $"ab{CtrlA}{CtrlF}{CtrlF}{CtrlF}c", "abc|" },
        { $"a😀{Backspace}", "a|" },
        { $"a{Family}{Backspace}", "a|" },
        { $"a{Flag}{Flag}{Backspace}", $"a{Flag}|" },
        { $"e\u0301{Backspace}", "|" },
        { $"{Family}{Left}a", $"a|{Family}" },
        { $"{CtrlA}中文{Left}{Delete}", "中|" },
        { $"one two-three{CtrlW}", "one |" },
        { $"one two-three\e{Backspace}", "one two-|" },
        { $"one two{CtrlA}\ed", "| two" },
        { $"one two three\eb\eb\ef!", "one two!| three" },
        { "one two\e[1;5D\e[1;5Dx", "x|one two" },
        { $"one two{CtrlA}\e[3;5~", "| two" },
        { $"one two{CtrlW}{CtrlW}{CtrlY}", "one two|" },
        { $"one two{CtrlA}{CtrlK}x{CtrlY}", "xone two|" },
        { $"one two{CtrlB}{CtrlB}{CtrlU}{CtrlY}{CtrlY}", "one tone t|wo" },
        { $"a{CtrlU}b{CtrlU}{CtrlY}\ey", "a|" },
        { $"a{CtrlU}b{CtrlU}{CtrlY}\ey\ey", "b|" },
        { $"abc{CtrlT}", "acb|" },
        { $"abc{CtrlA}{CtrlF}{CtrlT}", "ba|c" },
        { $"a{CtrlT}", "a|" },
        { "one two\et", "two one|" },
        { $"one two{CtrlA}\eu\ec", "ONE Two|" },
        { $"ONE{CtrlA}\el", "one|" },
        { $"one two three{Undo}", "one two|" },
        { $"one two three{Undo}{Undo}{Undo}", "|" },
        { $"one two{Undo}\e/", "one two|" },
        { $"one{CtrlW}{CtrlX}{CtrlU}", "one|" },
        { $"x {CtrlV}\t{CtrlV}{CtrlC}", "x \t\u0003|" },
        { "a\e\rb", "a\nb|" },
        { "a\e[13;2ub", "a\nb|" },
        { $"abc\e\rd{Up}x", "ax|bc\nd" },
        { $"a\e\rbcd{Up}{Down}x", "a\nbx|cd" },
        { $"a\e\rbcd{CtrlU}", "a\n|" },
        { $"a\e\rbcd{CtrlA}{CtrlU}", "a|bcd" },
        { $"a\e\rb{Up}{CtrlK}", "a|b" },
        { $"ab{CtrlA}{CtrlD}", "|b" },
        { "\e[200~two\tparts\rmore\e[201~!", "two\tparts\nmore!|" },
        { $"ab\e[200~cd\e[201~{Undo}", "ab|" },
        { $"ab\e[1~x\e[4~y\eOHz", "z|xaby" },
    };

    public static TheoryData<string, string> HistoryKeys => new()
    {
        { Up, "make all|" },
        { $"{Up}{Up}", "rm old\\ file|" },
        { $"{CtrlP}{CtrlP}{CtrlN}", "make all|" },
        { $"{Up}{Down}", "|" },
        { $"ec{Up}", "echo 'two words'|" },
        { $"ec{Up}{Up}", "echo make-target|" },
        { $"ec{Up}{Up}{Up}", "echo make-target|" },
        { $"ec{Up}{Up}{Down}{Down}", "ec|" },
        { $"ma{Up}{Up}", "make all|" },
        // An entry of several rows stays whole, and the next Up goes on.
        { $"fo{Up}", "for i in 1 2\ndo\n  echo $i\ndone|" },
        { $"{Up}{Up}{Up}{Up}", "echo 'two words'|" },
        { $"fo{Up}{CtrlA}{Up}{Up}x", "for i in 1 2\nx|do\n  echo $i\ndone" },
        { "\e<", "ls -l|" },
        { "x \e.", "x all|" },
        { "x \e.\e.", "x old\\ file|" },
        { "x \e.\e.\e.\e.", "x 'two words'|" },
        // The suggestion.
        { $"echo m{Right}", "echo make-target|" },
        { "echo m\eOF", "echo make-target|" },
        { "echo m\ef", "echo make|" },
        { $"echo m{CtrlB}{Right}", "echo m|" },
        // The search.
        { $"{CtrlR}target{CtrlE}", "echo make-target|" },
        { $"{CtrlR}make{CtrlB}", "|make all" },
        { $"{CtrlR}make{CtrlR}{CtrlE}", "echo make-target|" },
        { $"{CtrlR}make{CtrlR}{CtrlR}{CtrlE}", "echo make-target|" },
        { $"{CtrlR}make{CtrlR}{CtrlS}{CtrlE}", "make all|" },
        { $"{CtrlR}maketx{Backspace}{Backspace}{CtrlE}", "make all|" },
        { $"{CtrlR}-T{CtrlA}", "|echo make-target" },
        { $"draft{CtrlR}{Backspace}{Backspace}{CtrlG}", "draft|" },
        { $"target{CtrlR}{CtrlE}", "echo make-target|" },
        { $"{CtrlR}nothing{CtrlE}", "|" },
        { $"{CtrlR}do{CtrlE}{Undo}", "|" },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public void Keys_change_the_text_as_in_bash(string typed, string expected) => Assert.Equal(expected, Shown(Type(typed, [])));

    [Theory]
    [MemberData(nameof(HistoryKeys))]
    public void Keys_find_earlier_lines(string typed, string expected) => Assert.Equal(expected, Shown(Type(typed, History)));

    [Theory]
    [InlineData("a\r", nameof(EditorOutcome.Submit))]
    [InlineData("a" + CtrlC, nameof(EditorOutcome.Drop))]
    [InlineData(CtrlD, nameof(EditorOutcome.Leave))]
    [InlineData("a" + CtrlD, nameof(EditorOutcome.None))]
    [InlineData("a\t", nameof(EditorOutcome.Complete))]
    [InlineData(CtrlL, nameof(EditorOutcome.ClearScreen))]
    [InlineData(CtrlX + CtrlE, nameof(EditorOutcome.OpenEditor))]
    [InlineData(CtrlY, nameof(EditorOutcome.Bell))]
    [InlineData(CtrlR + "make\r", nameof(EditorOutcome.Submit))]
    [InlineData(CtrlR + "nothing\r", nameof(EditorOutcome.Bell))]
    [InlineData(CtrlR + CtrlC, nameof(EditorOutcome.Drop))]
    public void Key_asks_for_what_the_text_cannot_do(string typed, string expected)
    {
        EditorOutcome last = EditorOutcome.None;
        _ = Type(typed, History, outcome => last = outcome);
        Assert.Equal(expected, last.ToString());
    }

    [Fact]
    public void Search_shows_all_matches_of_its_text()
    {
        EditorState state = Type($"{CtrlR}o", ["echo foo"]);
        Assert.Equal([3, 6, 7], state.Search!.Highlights().Select(span => span.Start));
        Assert.Equal("echo foo", state.Search.Match);
    }

    [Theory]
    [InlineData("draft" + CtrlR + Backspace + Backspace + Backspace + Backspace + Backspace)]
    [InlineData("draft\e\rmore" + CtrlR)]
    [InlineData("draft" + CtrlR + "make")]
    [InlineData("make" + CtrlR)]
    public void Enter_submits_what_the_search_shows(string typed)
    {
        EditorState state = Type(typed, History);
        string shown = state.ShownText;
        EditorOutcome outcome = EditorOutcome.None;
        TypeInto(state, "\r", seen => outcome = seen);
        if (shown.Length == 0)
            Assert.Equal(EditorOutcome.Bell, outcome);
        else
            Assert.Equal((EditorOutcome.Submit, shown), (outcome, state.Buffer.Text));
    }

    [Fact]
    public void Search_finds_commands_of_other_hosts_behind_those_of_this_host()
    {
        var state = new EditorState(["make own"], new()) { Searched = () => ["make other", "make own"] };
        TypeInto(state, $"{CtrlR}make");
        Assert.Equal("make own", state.ShownText);
        TypeInto(state, CtrlR);
        Assert.Equal("make other", state.ShownText);
    }

    [Fact]
    public void Suggestion_is_the_newest_line_that_continues_the_text()
    {
        Assert.Equal("ake all", Type("m", History).Suggestion);
        Assert.Equal("", Type("", History).Suggestion);
        Assert.Equal("", Type($"ma{Left}", History).Suggestion);
        Assert.Equal("", Type("nothing", History).Suggestion);
        Assert.Equal(" i in 1 2\ndo\n  echo $i\ndone", Type("for", History).Suggestion);
    }

    [Fact]
    public void Kill_ring_lasts_longer_than_a_text()
    {
        var kills = new KillRing();
        var first = new EditorState([], kills);
        TypeInto(first, $"old{CtrlU}");
        var second = new EditorState([], kills);
        TypeInto(second, CtrlY);
        Assert.Equal("old", second.Buffer.Text);
    }

    private static string Shown(EditorState state) => state.Buffer.Text.Insert(state.Buffer.Cursor, "|");

    private static EditorState Type(string typed, string[] history, Action<EditorOutcome>? seen = null)
    {
        var state = new EditorState(history, new());
        TypeInto(state, typed, seen);
        return state;
    }

    private static void TypeInto(EditorState state, string typed, Action<EditorOutcome>? seen = null)
    {
        var decoder = new KeyDecoder();
        foreach (byte b in Encoding.UTF8.GetBytes(typed))
        {
            decoder.Append([b]);
            while (decoder.TryRead(out EditorKey key))
            {
                EditorOutcome outcome = state.Apply(key);
                seen?.Invoke(outcome);
            }
        }
    }
}
