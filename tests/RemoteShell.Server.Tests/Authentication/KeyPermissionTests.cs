using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Permissions;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Tests.Jobs;

namespace RemoteShell.Server.Tests.Authentication;

/// <summary>Each option of a key against each verb: what it refuses, and that it refuses nothing else.</summary>
public class KeyPermissionTests
{
    private static readonly string Id = JobId.New();

    private static readonly Dictionary<string, AskedRequest> Requests = new()
    {
        ["run"] = AskedRequests.Of(Exec() with { Argv = ["uptime", "-p"] }),
        ["run-tty"] = AskedRequests.Of(Exec() with { Argv = ["uptime", "-p"], Tty = Terminal }),
        ["run-env"] = AskedRequests.Of(Exec() with { Argv = ["uptime", "-p"], Env = new Dictionary<string, string> { ["A"] = "1" } }),
        ["run-cwd"] = AskedRequests.Of(Exec() with { Argv = ["uptime", "-p"], Cwd = "/tmp" }),
        ["run-unset"] = AskedRequests.Of(Exec() with { Argv = ["uptime", "-p"], Unset = ["A"] }),
        ["run-lang"] = AskedRequests.Of(Exec() with { Argv = ["uptime", "-p"], Env = Language }),
        ["line"] = AskedRequests.Of(Exec() with { Command = "uptime -p" }),
        ["line-env"] = AskedRequests.Of(Exec() with { Command = "uptime -p", Env = new Dictionary<string, string> { ["A"] = "1" } }),
        ["login"] = AskedRequests.Of(Exec() with { Shell = true }),
        ["login-tty"] = AskedRequests.Of(Exec() with { Shell = true, Tty = Terminal }),
        ["conversation"] = AskedRequests.Of(Exec() with { Conversation = ConversationKind.Interactive }),
        ["in-line"] = AskedRequests.Of(Exec() with { Line = "ls", In = Id }),
        ["in-calc"] = AskedRequests.Of(Exec() with { Line = "calc 1+1", In = Id }),
        ["in-tty"] = AskedRequests.Of(Exec() with { Command = "vi", In = Id, Tty = Terminal }),
        ["in-complete"] = AskedRequests.Of(new CompleteRequest { Text = "x", In = Id }),
        ["calc"] = AskedRequests.Of(Exec() with { Builtin = ["calc", "1+1"] }),
        ["time"] = AskedRequests.Of(Exec() with { Builtin = ["time"] }),
        ["upper"] = AskedRequests.Of(Exec() with { Builtin = ["upper", "a"] }),
        ["help"] = AskedRequests.Of(Exec() with { Builtin = ["help"] }),
        ["no-builtin"] = AskedRequests.Of(Exec() with { Builtin = ["none"] }),
        ["who"] = new(KeyVerb.Who, "who"),
        ["get"] = new(KeyVerb.Get, "get") { Path = "/var/log/a" },
        ["put"] = new(KeyVerb.Put, "put") { Path = "/var/log/a" },
        ["open"] = AskedRequests.Of(new ForwardRequest { Host = "db", Port = 5432 }),
        ["listen"] = AskedRequests.Of(Exec() with { Listen = new() { Port = 8080 } }),
        ["accepted"] = AskedRequests.Of(Exec() with { Connect = new() { Accepted = "1" } }),
        ["agent"] = AskedRequests.Of(Exec() with { Listen = new() { Agent = true } }),
        ["chat"] = new(KeyVerb.Chat, "chat"),
        ["notify"] = new(KeyVerb.Notify, "notify"),
        ["complete"] = AskedRequests.Of(new CompleteRequest { Text = "x" }),
        ["jobs"] = new(KeyVerb.Jobs, "jobs"),
        ["attach"] = new(KeyVerb.Attach, "attach"),
    };

    private const string Runs = "run run-tty run-env run-cwd run-unset run-lang";
    private const string Shells = "line line-env login login-tty";
    private const string Terminals = "run-tty login-tty in-tty";
    private const string Conversations = "conversation in-line in-calc in-tty in-complete";
    private const string Builtins = "calc time upper help no-builtin who";
    private const string Forwarding = "open listen accepted";
    private const string Others = "agent chat notify complete";
    private const string Own = "jobs attach";

    private static TerminalRequest Terminal => new("xterm", 80, 24);

    private static Dictionary<string, string> Language => new() { ["LANG"] = "C.UTF-8", ["LC_ALL"] = "C" };

    // The options, and the requests that are refused.
    public static TheoryData<string, string> Refused => new()
    {
        { "idle-timeout=1m", "" },
        { "from=\"10.0.0.0/8\"", "" },
        { "no-x11-forwarding,no-X11-forwarding,no-user-rc", "" },
        { "max-jobs=1,max-connections=1,job-quota=1M,rate=\"1/min\",record,environment=\"A=1\"", "" },
        { "no-chat", "chat" },
        { "no-notify", "notify" },
        { "no-files", "get put" },
        { "no-pty", Terminals },
        { "no-port-forwarding", Forwarding },
        { "no-agent-forwarding", "agent" },
        { "no-forwarding", $"{Forwarding} agent" },
        { "permitopen=\"x:1\"", "open" },
        { "permitlisten=\"1\"", "listen" },
        { "restrict", $"{Terminals} {Forwarding} agent chat notify" },
        { "restrict,pty", $"{Forwarding} agent chat notify" },
        { "restrict,pty,no-pty", $"{Terminals} {Forwarding} agent chat notify" },
        { "pty,restrict", $"{Terminals} {Forwarding} agent chat notify" },
        { "restrict,port-forwarding", $"{Terminals} agent chat notify" },
        { "restrict,agent-forwarding", $"{Terminals} {Forwarding} chat notify" },
        { "no-pty,pty", "" },
        { "root=\"/srv\"", $"{Runs} {Shells} {Conversations} {Builtins} {Forwarding} {Others} attach" },
        { "read-only", $"{Runs} {Shells} {Conversations} {Builtins} put {Forwarding} {Others} attach" },
        { "write-only", $"{Runs} {Shells} {Conversations} {Builtins} get {Forwarding} {Others} attach" },
        { "root=\"/srv\",permitopen=\"db:5432\"", $"{Runs} {Shells} {Conversations} {Builtins} listen accepted {Others} attach" },
        { "command=\"x\"", $"run-env run-cwd run-unset line-env {Conversations} {Builtins} get put {Forwarding} {Others}" },
        {
            "command=\"x\",no-pty",
            $"run-tty login-tty run-env run-cwd run-unset line-env {Conversations} {Builtins} get put {Forwarding} {Others}"
        },
        {
            "restrict,command=\"x\"",
            $"run-tty login-tty run-env run-cwd run-unset line-env {Conversations} {Builtins} get put {Forwarding} {Others}"
        },
        { "allow=\"run\"", AllBut($"{Runs} {Own}") },
        { "allow=\"run:uptime -p\"", AllBut($"run run-tty run-lang {Own}") },
        { "allow=\"run:uptime *\"", AllBut($"run run-tty run-lang {Own}") },
        { "allow=\"run:* *\",no-pty", AllBut($"run run-lang {Own}") },
        { "allow=\"run:uptime\"", AllBut(Own) },
        { "allow=\"run:uptime -p,run:uptime * *\"", AllBut($"run run-tty run-lang {Own}") },
        { "allow=\"shell\"", AllBut($"{Shells} {Own}") },
        { "allow=\"connect\"", AllBut($"{Conversations} {Own}") },
        { "allow=\"calc\"", AllBut($"calc in-calc {Own}") },
        { "allow=\"calc\",allow=\"time,upper\"", AllBut($"calc in-calc time upper {Own}") },
        { "allow=\"who,help\"", AllBut($"who help {Own}") },
        { "allow=\"get\"", AllBut($"get {Own}") },
        { "allow=\"put\"", AllBut($"put {Own}") },
        { "allow=\"files\"", AllBut($"get put {Own}") },
        { "allow=\"get:/var/log/**\"", AllBut($"get {Own}") },
        { "allow=\"get:/var/*\"", AllBut(Own) },
        { "allow=\"forward\"", AllBut($"{Forwarding} {Own}") },
        { "allow=\"open:db:5432\"", AllBut($"open accepted {Own}") },
        { "allow=\"listen:8080\"", AllBut($"listen accepted {Own}") },
        { "allow=\"agent\"", AllBut($"agent {Own}") },
        { "allow=\"chat,notify,complete\"", AllBut($"chat notify complete in-complete {Own}") },
        { "allow=\"run,calc\",deny=\"run:uptime -p\"", AllBut($"calc in-calc {Own}") },
        { "allow=\"run,shell\",command=\"x\"", AllBut($"run run-tty run-lang line login login-tty {Own}") },
        { "allow=\"calc\",command=\"x\"", AllBut(Own) },
        { "deny=\"run\"", Runs },
        { "deny=\"run:uptime *\"", Runs },
        { "deny=\"run:uptime\"", "" },
        { "deny=\"shell\"", Shells },
        { "deny=\"connect\"", Conversations },
        { "deny=\"calc\"", "calc in-calc" },
        { "deny=\"who\"", "who" },
        { "deny=\"get:/var/**\"", "get" },
        { "deny=\"put:/var/log/?\"", "put" },
        { "deny=\"files:/var/log\"", "" },
        { "deny=\"files\"", "get put" },
        { "deny=\"open:db:*,listen:1\"", "open" },
        { "deny=\"agent,chat,notify,complete\"", $"{Others} in-complete" },
        { "deny=\"jobs\"", Own },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Options_refuse_exactly_these_requests(string options, string refused)
    {
        KeyPermission permission = PermissionOf(options);
        string[] found = [.. Requests.Where(one => permission.Decide(one.Value) is not null).Select(one => one.Key)];
        Assert.Equal(refused.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), found.Order());
    }

    [Theory]
    [InlineData("deny=\"calc,time\"", "time", "deny=\"time\"")]
    [InlineData("deny=\"run:uptime '-p'\"", "run", "deny=\"run:uptime -p\"")]
    [InlineData("no-pty,restrict", "run-tty", "no-pty")]
    [InlineData("restrict", "run-tty", "restrict")]
    [InlineData("root=\"/srv\",read-only", "put", "read-only")]
    [InlineData("root=\"/srv\",read-only", "run", "root=")]
    [InlineData("command=\"x\"", "get", "command=")]
    [InlineData("allow=\"calc\"", "time", "allow=")]
    public void Refusal_names_the_option_that_decides(string options, string request, string option)
    {
        KeyRefusal? refusal = PermissionOf(options).Decide(Requests[request]);
        Assert.Equal((KeyRefusal.NotAllowed, option), (refusal!.Text, refusal.Option));
    }

    [Theory]
    [InlineData("run:/bin/echo *", true, "/bin/echo", "a b")]
    [InlineData("run:/bin/echo *", true, "/bin/echo", "")]
    [InlineData("run:/bin/echo *", false, "/bin/echo")]
    [InlineData("run:/bin/echo *", false, "/bin/echo", "a", "b")]
    [InlineData("run:/bin/echo *", false, "echo", "a")]
    [InlineData("run:/bin/echo '*'", true, "/bin/echo", "*")]
    [InlineData("run:/bin/echo '*'", false, "/bin/echo", "a")]
    [InlineData(@"run:/bin/echo \*", false, "/bin/echo", "a")]
    [InlineData("run:/bin/echo 'a, b'", true, "/bin/echo", "a, b")]
    [InlineData(@"run:/bin/echo a\,b", true, "/bin/echo", "a,b")]
    [InlineData("run:/bin/echo a*", false, "/bin/echo", "ab")]
    [InlineData("run:/bin/echo a*", true, "/bin/echo", "a*")]
    [InlineData("run:/bin/echo  a ", true, "/bin/echo", "a")]
    [InlineData("run:/bin/echo [a]", false, "/bin/echo", "a")]
    [InlineData("run:*", true, "/bin/echo")]
    [InlineData("run:*", false, "/bin/echo", "a")]
    public void Pattern_of_a_command_matches_word_by_word(string rule, bool matches, params string[] argv)
    {
        KeyRefusal? refusal = PermissionOf($"allow=\"{rule}\"").Decide(new(KeyVerb.Run, "run") { Argv = argv });
        Assert.Equal(matches, refusal is null);
        refusal = PermissionOf($"deny=\"{rule}\"").Decide(new(KeyVerb.Run, "run") { Argv = argv });
        Assert.Equal(matches, refusal is not null);
    }

    [Theory]
    [InlineData("get:/srv/**", nameof(PathScope.Tree), "/srv", true, true)]
    [InlineData("get:/srv/**", nameof(PathScope.Tree), "/srv/.a/b", true, true)]
    [InlineData("get:/srv/**", nameof(PathScope.Names), "/srv/a", true, true)]
    [InlineData("get:/srv/**", nameof(PathScope.Entry), "/srvx", false, false)]
    [InlineData("get:/srv/**", nameof(PathScope.Tree), "/", false, true)]
    [InlineData("get:/srv/*", nameof(PathScope.Entry), "/srv/a", true, true)]
    [InlineData("get:/srv/*", nameof(PathScope.Entry), "/srv/a/b", false, false)]
    [InlineData("get:/srv/*", nameof(PathScope.Names), "/srv", true, true)]
    [InlineData("get:/srv/*", nameof(PathScope.Tree), "/srv/a", false, true)]
    [InlineData("get:/srv/*.log", nameof(PathScope.Names), "/srv", false, false)]
    [InlineData("get:/srv/*.log", nameof(PathScope.Children), "/srv", false, true)]
    [InlineData("get:/srv/*.log", nameof(PathScope.Tree), "/etc", false, false)]
    [InlineData("get:/**/x", nameof(PathScope.Tree), "/etc", false, true)]
    public void Paths_are_covered_only_if_all_that_is_meant_matches(string rule, string scope, string path, bool allowed, bool denied)
    {
        var asked = new AskedRequest(KeyVerb.Get, "get") { Path = path, Scope = Enum.Parse<PathScope>(scope) };
        Assert.Equal(allowed, PermissionOf($"allow=\"{rule}\"").Decide(asked) is null);
        Assert.Equal(denied, PermissionOf($"deny=\"{rule}\"").Decide(asked) is not null);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("read-only", true)]
    [InlineData("no-files", false)]
    [InlineData("allow=\"calc\"", false)]
    [InlineData("allow=\"put:/srv/**\"", true)]
    [InlineData("deny=\"files:/**\"", true)]
    [InlineData("deny=\"get\"", true)]
    [InlineData("deny=\"get,put\"", false)]
    [InlineData("command=\"x\"", false)]
    public void Transfer_may_begin_if_some_of_it_may_be_permitted(string options, bool permitted)
        => Assert.Equal(permitted, PermissionOf(options).DecideFiles("transfer") is null);

    private static string AllBut(string requests) => string.Join(' ', Requests.Keys.Except(requests.Split(' ')));

    private static ExecRequest Exec() => new() { Job = JobId.New() };

    private static KeyPermission PermissionOf(string options)
    {
        var plain = new AuthorizedKey(TestKeys.Make(1), "", [], null);
        return new(options.Length == 0 ? plain : KeyOptions.Apply(plain, options), new() { AllowsForwarding = true });
    }
}
