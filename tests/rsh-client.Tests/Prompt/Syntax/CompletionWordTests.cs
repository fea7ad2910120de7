using System.Text;
using RemoteShell.Cli.Client.Prompt.Syntax;

namespace RemoteShell.Cli.Client.Tests.Prompt.Syntax;

/// <summary>The word that Tab completes, and how a candidate is written.</summary>
public class CompletionWordTests
{
    // The cursor is at the bar.
    [Theory]
    [InlineData("l|", "Command", "l")]
    [InlineData("|", "Command", "")]
    [InlineData("l|s -l", "Command", "l")]
    [InlineData("ls |", "Argument", "")]
    [InlineData("ls f|", "Argument", "f")]
    [InlineData("ls my\\ d|", "Argument", "my d")]
    [InlineData("ls 'my d|", "Argument", "my d")]
    [InlineData("ls \"my d|", "Argument", "my d")]
    [InlineData("ls a\"b c\"d|", "Argument", "ab cd")]
    [InlineData("ls $'a\\tb|", "Argument", "a\tb")]
    [InlineData("ls > f|", "Target", "f")]
    [InlineData("ls 2>|", "Target", "")]
    [InlineData("> f a|", "Command", "a")]
    [InlineData("a | b|", "Command", "b")]
    [InlineData("a && b|", "Command", "b")]
    [InlineData("a; b|", "Command", "b")]
    [InlineData("a\nb|", "Command", "b")]
    [InlineData("! b|", "Command", "b")]
    [InlineData("!v|", "Command", "v")]
    [InlineData("time b|", "Command", "b")]
    [InlineData("if b|", "Command", "b")]
    [InlineData("if a; then b|", "Command", "b")]
    [InlineData("while a; do b|", "Command", "b")]
    [InlineData("for i in b|", "Argument", "b")]
    [InlineData("case a in x) b|", "Command", "b")]
    [InlineData("( b|", "Command", "b")]
    [InlineData("{ b|", "Command", "b")]
    [InlineData("a=1 b|", "Command", "b")]
    [InlineData("sudo b|", "Command", "b")]
    [InlineData("sudo -u root b|", "Command", "b")]
    [InlineData("sudo -u r|", "Argument", "r")]
    [InlineData("sudo -E env A=1 nice -n 5 b|", "Command", "b")]
    [InlineData("sudo b c|", "Argument", "c")]
    [InlineData("exec b|", "Command", "b")]
    [InlineData("timeout 5 b|", "Command", "b")]
    [InlineData("timeout 5|", "Argument", "5")]
    [InlineData("a | xargs -n 1 b|", "Command", "b")]
    [InlineData("echo $(b|", "Command", "b")]
    [InlineData("echo \"$(ls f|", "Argument", "f")]
    [InlineData("echo `b|", "Command", "b")]
    [InlineData("echo `ls f|", "Argument", "f")]
    [InlineData("diff <(b|", "Command", "b")]
    [InlineData("echo $HO|", "Variable", "HO")]
    [InlineData("echo $|", "Variable", "")]
    [InlineData("echo \"$HO|", "Variable", "HO")]
    [InlineData("echo ${HO|", "Variable", "HO")]
    [InlineData("echo $((HO|", "Variable", "HO")]
    [InlineData("echo '$HO|", "Argument", "$HO")]
    [InlineData("echo \\$HO|", "Argument", "$HO")]
    [InlineData("ls ~|", "User", "~")]
    [InlineData("ls ~ro|", "User", "~ro")]
    [InlineData("ls ~/f|", "Argument", "f", "~/")]
    [InlineData("ls ~root/d/f|", "Argument", "d/f", "~root/")]
    [InlineData("ls $HOME/f|", "Argument", "f", "$HOME/")]
    [InlineData("ls $HOME/d/f|", "Argument", "f", "$HOME/d/")]
    [InlineData("ls \"$HOME/my d/f|", "Argument", "f", "\"$HOME/my d/")]
    [InlineData("ls --file=f|", "Argument", "f")]
    [InlineData("ls --file=|", "Argument", "")]
    [InlineData("ls --fi|", "Argument", "--fi")]
    [InlineData("ls --file='a b|", "Argument", "a b")]
    [InlineData("a=f|", "Argument", "f")]
    [InlineData("PATH=/bin:~/b|", "Argument", "b", "~/")]
    [InlineData("export a=f|", "Argument", "f")]
    [InlineData(":ge|", "Command", ":ge")]
    [InlineData(":get my\\ d|", "Argument", "my d")]
    [InlineData("a # b|", "None", "")]
    [InlineData("a # $b|", "None", "")]
    [InlineData("cat <<E\nfo|", "None", "")]
    [InlineData("echo ${a:-b|", "None", "")]
    [InlineData("echo $(a)b|", "None", "")]
    [InlineData("echo 1 2> f; l|", "Command", "l")]
    public void Word_at_the_cursor_is_found(string text, string kind, string value, string folder = "")
    {
        int cursor = text.LastIndexOf('|');
        CompletionWord word = CompletionWord.At(text.Remove(cursor, 1), cursor);
        Assert.Equal((kind, value, folder, cursor), (word.Kind.ToString(), word.Value, word.Folder, word.End));
    }

    [Theory]
    [InlineData("ls |", "a b", "ls a\\ b")]
    [InlineData("ls a|", "a b", "ls a\\ b")]
    [InlineData("ls a\\ |", "a b", "ls a\\ b")]
    [InlineData("ls 'a|", "a b'c", "ls 'a b'\\''c'")]
    [InlineData("ls \"a|", "a \"$b", "ls \"a \\\"\\$b\"")]
    [InlineData("ls x\"a|", "xa b", "ls \"xa b\"")]
    [InlineData("ls $'a|", "a\nb'", "ls $'a\\nb\\''")]
    [InlineData("ls |", "a\nb", "ls $'a\\nb'")]
    [InlineData("ls \"a|", "a\nb", "ls \"a\"$'\\n'\"b\"")]
    [InlineData("ls ~/a|", "a b", "ls ~/a\\ b")]
    [InlineData("ls \"$HOME/a|", "a b", "ls \"$HOME/a b\"")]
    [InlineData("ls --file=a|", "a b", "ls --file=a\\ b")]
    [InlineData("ls --file='a|", "a b", "ls --file='a b'")]
    [InlineData("echo `ls a|", "a b", "echo `ls a\\ b")]
    [InlineData("echo $HO|", "HOME", "echo $HOME")]
    [InlineData("ls ~ro|", "~root", "ls ~root")]
    [InlineData("!v|", "vim", "!vim")]
    public void Candidate_is_written_for_its_place(string text, string candidate, string expected)
    {
        int cursor = text.LastIndexOf('|');
        text = text.Remove(cursor, 1);
        CompletionWord word = CompletionWord.At(text, cursor);
        Assert.Equal(expected, $"{text[..word.Start]}{word.Replacement(candidate)}{word.Closing}{text[word.End..]}");
    }

    [Theory]
    [InlineData("ls -l a|", "ls -l")]
    [InlineData("sudo ls 'a b' c|", "sudo|ls|a b")]
    [InlineData("a; b c > d e|", "b c")]
    [InlineData("x=1 b c|", "x=1 b")]
    [InlineData("git --dir=a|", "git --dir")]
    [InlineData("if a; then b c|", "b")]
    public void Words_before_are_those_of_the_same_command(string text, string expected)
    {
        CompletionWord word = CompletionWord.At(text[..^1], text.Length - 1);
        Assert.Equal(expected.Split(expected.Contains('|') ? '|' : ' '), word.Before);
    }

    [Fact]
    public async Task Bash_reads_a_quoted_name_as_it_is()
    {
        Assert.SkipUnless(RealShell.IsThere("bash"), "bash is not installed");
        var random = new Random(7);
        string[] names = [.. Enumerable.Range(0, TestSize.Of(300, 5_000)).Select(_ => RandomName(random))];
        string[] starts = ["", "'", "\"", "$'", "a", "a\\ ", "x'y", "x\"y"];
        var script = new StringBuilder();
        foreach (string name in names)
        {
            foreach (string start in starts)
            {
                string text = $"printf '%s\\0' {start}";
                CompletionWord word = CompletionWord.At(text, text.Length);
                script.Append(text[..word.Start]).Append(word.Replacement(name)).Append(word.Closing).Append('\n');
            }
        }

        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["script"], script.ToString());
        string output = await RealShell.RunAsync("bash", ["script"], folder.Path);
        Assert.Equal(names.SelectMany(name => starts.Select(_ => name)), output.Split('\0').SkipLast(1));
    }

    [Fact]
    public void Any_place_of_any_text_can_be_completed()
    {
        var texts = new RandomTexts(9);
        for (int i = 0; i < TestSize.Of(2_000, 50_000); i++)
        {
            string text = texts.Next(isExtended: true);
            for (int cursor = 0; cursor <= text.Length; cursor++)
            {
                CompletionWord word = CompletionWord.At(text, cursor);
                Assert.InRange(word.Start, 0, cursor);
                Assert.Equal(cursor, word.End);
            }
        }
    }

    private static string RandomName(Random random)
    {
        const string characters = "ab 1'\"\\$`!~#&|;<>()*?[]{}=^,%@:+-.\n\t\r\u001b\u007f\u0085中é";
        return string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => characters[random.Next(characters.Length)]));
    }
}
