using System.Text;
using RemoteShell.Cli.Client.Prompt.Editing;

namespace RemoteShell.Cli.Client.Tests.Prompt.Editing;

/// <summary>What a list of completions does to the text.</summary>
public class CompletionTests
{
    private const string Tab = "\t", BackTab = "\e[Z", Down = "\e[B";

    public static TheoryData<string, string> Keys => new()
    {
        // The list is shown; a selected item is in the text.
        { "", "cat in|" },
        { Tab, "cat in-a|" },
        { $"{Tab}{Tab}", "cat in_b|" },
        { $"{Tab}{Tab}{BackTab}", "cat in-a|" },
        { $"{Down}{Down}{Down}", "cat in-a|" },
        { BackTab, "cat in_b|" },
        { $"{Tab}x", "cat in-ax|" },
        { $"{Tab}\r", "cat in-a |" },
        { $"{Tab}{Tab}\u0007", "cat in|" },
        { $"{Tab}\u001f", "cat in|" },
    };

    [Fact]
    public void Single_completion_is_inserted_with_a_blank()
    {
        EditorState state = Completed("cat in", Item("inner.txt"));
        Assert.Equal("cat inner.txt ", state.Buffer.Text);
        Assert.Null(state.Menu);
    }

    [Theory]
    [InlineData("inner")]
    [InlineData("inner/")]
    public void Single_folder_is_inserted_with_a_slash(string text)
        => Assert.Equal("cat inner/", Completed("cat in", Item(text) with { Kind = CompletionKind.Folder }).Buffer.Text);

    [Fact]
    public void Common_start_is_inserted_and_the_list_is_not_shown()
    {
        EditorState state = Completed("cat in", Item("inner-a"), Item("inner-b"));
        Assert.Equal("cat inner-", state.Buffer.Text);
        Assert.Null(state.Menu);
    }

    [Fact]
    public void Common_start_ends_at_a_whole_character()
        => Assert.Equal("", new CompletionList(0, 0, [Item("👨‍👩‍👧"), Item("👨‍👩‍👦")]).CommonStart());

    [Fact]
    public void Completions_outside_the_text_are_refused()
    {
        var state = new EditorState([], new());
        Assert.Equal(EditorOutcome.Bell, state.Complete(new(3, 2, [Item("a")])));
        Assert.Equal(EditorOutcome.Bell, state.Complete(CompletionList.Empty));
        Assert.Equal("", state.Buffer.Text);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Keys_select_in_the_list_and_close_it(string typed, string expected)
    {
        EditorState state = Completed("cat in", Item("in-a"), Item("in_b"));
        Assert.NotNull(state.Menu);
        Type(state, typed);
        Assert.Equal(expected, state.Buffer.Text.Insert(state.Buffer.Cursor, "|"));
    }

    private static EditorState Completed(string text, params CompletionItem[] items)
    {
        var state = new EditorState([], new());
        state.Take(text);
        state.Complete(new(4, 2, items));
        return state;
    }

    private static CompletionItem Item(string text) => new(text, text, CompletionKind.File, null);

    private static void Type(EditorState state, string typed)
    {
        var decoder = new KeyDecoder();
        foreach (byte b in Encoding.UTF8.GetBytes(typed))
        {
            decoder.Append([b]);
            while (decoder.TryRead(out EditorKey key))
                state.Apply(key);
        }
    }
}
