using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Commands;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Tests.Options;

/// <summary>The options of put, get and cp.</summary>
public class TransferFlagsTests
{
    [Fact]
    public void Patterns_keep_the_order_of_the_command_line()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["patterns"], "# comment\n*.o\n!keep.o\n");
        TransferOptions options = Parse(
            "--exclude", "*.tmp", "--include=a.tmp", "--exclude-from", folder["patterns"], "--exclude", "-x", "--exclude=#*#", "f", "h:");
        Assert.Equal(["*.tmp", "!a.tmp", "# comment", "*.o", "!keep.o", "-x", "\\#*#"], options.Filter);
    }

    [Fact]
    public void File_behind_the_end_of_options_is_not_a_pattern()
        => Assert.Equal(["a"], Parse("--exclude", "a", "--", "--exclude", "b", "h:").Filter);

    [Theory]
    [InlineData("1", 1L)]
    [InlineData("500k", 500L * 1024)]
    [InlineData("10M", 10L << 20)]
    [InlineData("2G", 2L << 30)]
    public void Rate_takes_a_unit(string text, long rate) => Assert.Equal(rate, Parse("--bwlimit", text, "f", "h:").MaxRate);

    [Theory]
    [InlineData("0")]
    [InlineData("fast")]
    [InlineData("-1")]
    [InlineData("10MB")]
    public void Rate_that_is_not_a_number_of_bytes_is_refused(string text)
    {
        var refused = Assert.Throws<UsageException>(() => Parse("--bwlimit", text, "f", "h:"));
        Assert.Contains($"'{text}' is not a rate", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Short_options_can_stand_in_one_word()
    {
        TransferOptions options = Parse("-rHXTnzp", "f", "h:");
        Assert.True(options is { Recursive: true, HardLinks: true, ExtendedAttributes: true });
        Assert.True(options is { OntoTarget: true, DryRun: true, Compress: true });
        Assert.False(options.Owner || options.Delete || options.Checksum || options.Fsync || options.FollowTarget);
    }

    [Fact]
    public void Delete_needs_recursive()
    {
        Assert.Throws<FormatException>(() => Parse("--delete", "f", "h:"));
        Assert.True(Parse("--delete", "-r", "f", "h:").Delete);
    }

    [Fact]
    public void Port_of_scp_is_refused_with_the_form_that_works()
    {
        var refused = Assert.Throws<FormatException>(() => Parse("-P", "7023", "f", "h:"));
        Assert.Contains("HOST:7023:PATH", refused.Message, StringComparison.Ordinal);
    }

    private static TransferOptions Parse(params string[] words)
    {
        var root = new RootCommand { PutCommand.Create(UnusedCommands.Own, []) };
        return TransferFlags.Options(new CommandLine("rsh-client", root).Parse(["put", .. words]));
    }
}
