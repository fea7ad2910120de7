using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Tests.Jobs;

namespace RemoteShell.Server.Tests.Authentication;

public class KeyOptionsTests
{
    private static readonly string Key = TestKeys.Make(1).ToString();

    [Theory]
    [InlineData("command=\"ls -l\"", "ls -l")]
    [InlineData(@"command=""echo \""a b\"", c""", "echo \"a b\", c")]
    [InlineData(@"command=""printf '\n'""", @"printf '\n'")]
    [InlineData("command=true", "true")]
    public void Command_is_read_as_by_sshd(string options, string command)
    {
        AuthorizedKey key = AuthorizedKeys.ParseLine($"{options},no-chat {Key} with a comment")!;
        Assert.Equal((command, "with a comment"), (key.Command, key.Comment));
        Assert.Equal(["chat"], key.Denied);
    }

    [Fact]
    public void Values_are_read()
    {
        AuthorizedKey key = Parse(
            "max-jobs=2,max-connections=\"3\",job-quota=\"64K\",rate=\"10/min\",record,verify-required,"
            + "environment=\"A=b=c\",environment=\"A=2\"");
        Assert.Equal((2, 3, 65536L), (key.MaxJobs, key.MaxConnections, key.JobQuota));
        Assert.Equal(new KeyRate(10, "min"), key.Rate);
        Assert.True(key.IsRecorded && key.RequiresVerification);
        Assert.Equal("b=c", Assert.Single(key.Environment).Value);
    }

    [Theory]
    [InlineData("command", "command= is empty")]
    [InlineData("command=\"a\",command=\"b\"", "command= stands there twice")]
    [InlineData("command=\"a\",root=\"/srv\"", "together allow nothing")]
    [InlineData("command=\"a\"b", "not whole")]
    [InlineData("environment=\"A\"", "write NAME=VALUE")]
    [InlineData("environment=\"1A=2\"", "write NAME=VALUE")]
    [InlineData("environment=\"RSH_JOB=1\"", "RSH_JOB")]
    [InlineData("allow=\"\"", "'' in allow= is not a verb; known are run, shell")]
    [InlineData("allow=\"calc,\"", "'' in allow= is not a verb")]
    [InlineData("allow=\"sftp\"", "'sftp' in allow= is not a verb")]
    [InlineData("allow=\"open\"", "needs a place")]
    [InlineData("allow=\"open:db\"", "is not a target")]
    [InlineData("allow=\"open:*:80\"", "has a pattern")]
    [InlineData("allow=\"listen:10.*:80\"", "has a pattern")]
    [InlineData("allow=\"calc:1\"", "takes no pattern")]
    [InlineData("allow=\"run:\"", "nothing after the colon")]
    [InlineData("deny=\"get:relative\"", "begins with /")]
    [InlineData("deny=\"get:/a[b\"", "[ has no ]")]
    [InlineData("rate=\"10\"", "is not a rate")]
    [InlineData("rate=\"0/s\"", "is not a rate")]
    [InlineData("rate=\"1/day\"", "is not a rate")]
    [InlineData("max-jobs=0", "not a number above 0")]
    [InlineData("max-connections=-1", "not a number above 0")]
    [InlineData("job-quota=\"much\"", "is not a size")]
    [InlineData("restrict=\"yes\"", "does not take a value")]
    [InlineData("no-such", "the option 'no-such' is not known")]
    [InlineData("", "the option '' is not known")]
    public void Option_that_is_not_valid_authorizes_no_key(string options, string fault)
        => Assert.Contains(fault, Assert.Throws<FormatException>(() => Parse(options)).Message, StringComparison.Ordinal);

    [Fact]
    public void Line_that_requires_verification_authorizes_no_key_that_cannot_prove_it()
    {
        var fault = Assert.Throws<FormatException>(() => AuthorizedKeys.ParseLine($"verify-required {Key}"));
        Assert.Equal("a key of the type ecdsa-sha2-nistp256 cannot prove what verify-required asks for", fault.Message);
    }

    [Theory]
    [InlineData("command=\"a\"", "command=\"b\"")]
    [InlineData("allow=\"calc\"", "allow=\"time\"")]
    [InlineData("allow=\"run:'a b'\"", "allow=\"run:a b\"")]
    [InlineData("deny=\"calc\"", "allow=\"calc\"")]
    [InlineData("restrict", "restrict,pty")]
    [InlineData("environment=\"A=1\"", "environment=\"A=2\"")]
    [InlineData("environment=\"A=1\",environment=\"B=1\"", "environment=\"A=1\"")]
    [InlineData("max-jobs=1", "max-jobs=2")]
    [InlineData("max-connections=1", "max-connections=2")]
    [InlineData("job-quota=1", "job-quota=2")]
    [InlineData("rate=\"1/s\"", "rate=\"60/min\"")]
    [InlineData("record", "no-pty")]
    [InlineData("verify-required", "no-pty")]
    public void Lines_with_different_options_are_different(string one, string other)
    {
        Assert.False(Parse(one).HasSameOptionsAs(Parse(other)));
        Assert.True(Parse(one).HasSameOptionsAs(Parse(one)));
    }

    [Fact]
    public void Line_of_a_key_has_its_number()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["keys"], ["# one", $"no-chat {Key}", "", Key]);
        IReadOnlyList<AuthorizedKey> found = new AuthorizedKeys(folder["keys"]).ReadAll((_, _, _) => { });
        Assert.Equal([2, 4], found.Select(key => key.LineNumber));
    }

    private static AuthorizedKey Parse(string options) => KeyOptions.Apply(new(TestKeys.Make(1), "", [], null), options);
}
