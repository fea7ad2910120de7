using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Tests.Prompt.Syntax;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Tests.Prompt;

/// <summary>Whether a text is a whole command depends on the options of the conversation's own shell.</summary>
public sealed class ShellSyntaxTests
{
    private const string Comment = "!(echo one # )", OpenComment = "!(echo one # (\n)";
    private const string Case = "!(case a in a) echo;; esac)", Quote = "echo \"${x-'}\"";

    [Theory]
    [InlineData("bash", ":", Comment, "Incomplete")]
    [InlineData("bash", ":", OpenComment, "Complete")]
    [InlineData("bash", ":", Case, "Complete")]
    [InlineData("bash", ":", "echo @(a|b)", "Wrong")]
    [InlineData("bash", "shopt -s extglob", Comment, "Complete")]
    [InlineData("bash", "shopt -s extglob", OpenComment, "Incomplete")]
    [InlineData("bash", "shopt -s extglob", Case, "Wrong")]
    [InlineData("bash", "shopt -s extglob", "echo @(a|b)", "Complete")]
    [InlineData("bash", "shopt -s extglob; shopt -u extglob", OpenComment, "Complete")]
    [InlineData("bash", ":", Quote, "Incomplete")]
    [InlineData("bash", "set -o posix", Quote, "Complete")]
    [InlineData("bash", "set -o posix; set +o posix", Quote, "Incomplete")]
    [InlineData("bash", "set -evx; trap : DEBUG; IFS=:; shopt -s extglob", Comment, "Complete")]
    [InlineData("zsh", ":", "{ echo a }", "Complete")]
    [InlineData("zsh", "setopt ignorebraces", "{ echo a }", "Incomplete")]
    [InlineData("zsh", "setopt ignoreclosebraces", "{ echo a }", "Incomplete")]
    [InlineData("zsh", "setopt ignorebraces", "echo a }", "Complete")]
    [InlineData("zsh", ":", "echo a }", "Wrong")]
    [InlineData("zsh", ":", "for x (a b) echo $x", "Complete")]
    [InlineData("zsh", "setopt cshjunkieloops", "for x (a b) echo $x", "Incomplete")]
    [InlineData("zsh", "unsetopt shortloops", "repeat 3 echo", "Wrong")]
    [InlineData("zsh", "unsetopt shortloops; setopt shortrepeat", "repeat 3 echo", "Complete")]
    [InlineData("zsh", ":", "echo @(a|b)", "Complete")]
    [InlineData("zsh", "setopt shglob", "echo @(a|b)", "Wrong")]
    [InlineData("zsh", "setopt ksharrays", "echo $x[a", "Complete")]
    [InlineData("zsh", ":", "a b () { echo }", "Complete")]
    [InlineData("zsh", "unsetopt multifuncdef", "a b () { echo }", "Wrong")]
    [InlineData("zsh", "unsetopt equals", "echo =nosuch(a b)", "Complete")]
    [InlineData("zsh", "set -ux; setopt ignorebraces", "{ echo a }", "Incomplete")]
    [InlineData("zsh", "options=exe; setopt ignorebraces", "{ echo a }", "Complete")]
    public async Task Verdict_is_that_of_the_shell_with_its_options(string shell, string line, string text, string expected)
    {
        await using Asked asked = await Asked.StartAsync(shell);
        await asked.RunAsync(line);
        Assert.Equal(expected, await asked.VerdictAsync(text));
    }

    [Fact]
    public async Task Verdict_changes_with_the_options_of_the_shell()
    {
        await using Asked asked = await Asked.StartAsync("bash");
        foreach (string expected in (string[])["Complete", "Incomplete", "Complete", "Incomplete"])
        {
            await asked.RunAsync(expected == "Complete" ? "shopt -s extglob" : "shopt -u extglob");
            Assert.Equal(expected, await asked.VerdictAsync(Comment));
            Assert.Equal(expected, await asked.VerdictAsync(Comment));
        }
    }

    [Fact]
    public async Task Shell_that_does_not_answer_is_judged_with_patterns()
    {
        await using Asked asked = await Asked.StartAsync("bash", TimeSpan.Zero);
        Assert.Equal("Complete", await asked.VerdictAsync("echo @(a|b)"));
    }

    // A conversation, and the judgement of its shell.
    private sealed class Asked : IAsyncDisposable
    {
        private static readonly CommandStreams Nowhere = new() { Output = Stream.Null, Error = Stream.Null };

        private readonly Interrupts _interrupts = new();

        public required TestServer Server { get; init; }

        public required RemoteShellClient Client { get; init; }

        public required PromptConversation Conversation { get; init; }

        public required ShellSyntax Syntax { get; init; }

        public static async Task<Asked> StartAsync(string shell, TimeSpan? patience = null)
        {
            Assert.SkipUnless(RealShell.IsThere(shell), $"needs {shell}, which is not installed");
            var server = new TestServer(options => options with { Shell = RealShell.PathOf(shell) });
            RemoteShellClient client = await server.ConnectAsync().Within();
            var options = new ConversationOptions { Mode = ConversationMode.Script, WorkingDirectory = server.Folder };
            var conversation = new PromptConversation(client, options, Nowhere, null, _ => { });
            await conversation.StartAsync(CancellationToken.None).Within();
            var time = TimeSpan.FromMinutes(1);
            return new()
            {
                Server = server,
                Client = client,
                Conversation = conversation,
                Syntax = new(client, conversation, new(conversation, patience ?? time), time),
            };
        }

        public Task RunAsync(string line) => Conversation.RunAsync(line, Nowhere, _interrupts).Within();

        public async Task<string> VerdictAsync(string text)
            => (await Syntax.VerdictAsync(text, CancellationToken.None).Within()).ToString();

        public async ValueTask DisposeAsync()
        {
            _interrupts.Dispose();
            await Conversation.DisposeAsync();
            await Client.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}
