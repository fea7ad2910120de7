using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Permissions;
using RemoteShell.Server.Tests.Jobs;

namespace RemoteShell.Server.Tests.Forwarding;

/// <summary>Which options of a key and of the server permit which form of forwarding.</summary>
public class ForwardingPermissionTests
{
    private const string Open = "open db:5432";
    private const string OpenOther = "open db:22";
    private const string OpenSocket = "open /run/db";
    private const string Listen = "listen localhost:8080";
    private const string ListenChosen = "listen 127.0.0.1:0";
    private const string ListenOutside = "listen *:8080";
    private const string ListenSocket = "listen /run/mine";
    private const string Agent = "agent";
    private const string Accepted = "accepted";

    private static readonly string[] All =
        [Open, OpenOther, OpenSocket, Listen, ListenChosen, ListenOutside, ListenSocket, Agent, Accepted];

    private static readonly string[] Always = [Agent, Accepted];

    // The options of the key, those of the server, and what is permitted beside what always is.
    public static TheoryData<string, string, string[]> Permitted => new()
    {
        { "", "", [] },
        { "", "allow", [Open, OpenOther, OpenSocket, Listen, ListenChosen, ListenOutside, ListenSocket] },
        { "", "allow open=db:5432", [Open, Listen, ListenChosen, ListenOutside, ListenSocket] },
        { "", "allow open=none listen=none", [] },
        { "", "allow listen=8080", [Open, OpenOther, OpenSocket, Listen] },
        { "", "open=any", [Open, OpenOther, OpenSocket] },
        { "", "open=d?:*", [Open, OpenOther] },
        { "", "open=*:5432", [Open] },
        { "", "open=x*:5432", [] },
        { "", "open=/run/*", [OpenSocket] },
        { "", "open=other:1 open=/run/db", [OpenSocket] },
        { "", "listen=any", [Listen, ListenChosen, ListenOutside, ListenSocket] },
        { "", "listen=*", [Listen, ListenChosen] },
        { "", "listen=*:*", [Listen, ListenChosen, ListenOutside] },
        { "", "listen=*:8080", [Listen, ListenOutside] },
        { "", "listen=127.*:*", [ListenChosen] },
        { "", "listen=localhost:8080", [Listen] },
        { "", "listen=/run/mine", [ListenSocket] },
        { "permitopen=\"db:5432\"", "", [Open] },
        { "permitopen=\"DB:*\"", "", [Open, OpenOther] },
        { "permitopen=\"x:1,/run/db\"", "", [OpenSocket] },
        { "permitopen=\"db:5432\"", "allow", [Open, Listen, ListenChosen, ListenOutside, ListenSocket] },
        { "permitopen=\"db:5432\"", "open=none", [Open] },
        { "permitlisten=\"8080\"", "", [Listen] },
        { "permitlisten=\"*\"", "", [Listen, ListenChosen] },
        { "permitlisten=\"*:8080\"", "", [Listen, ListenOutside] },
        { "permitlisten=\"0\"", "", [ListenChosen] },
        { "permitlisten=\"10.0.0.1:8080\"", "", [] },
        { "permitlisten=\"/run/mine\"", "", [ListenSocket] },
        { "permitlisten=\"8080\"", "allow", [Open, OpenOther, OpenSocket, Listen] },
        { "permitlisten=\"8080\",permitopen=\"db:22\"", "", [OpenOther, Listen] },
        { "no-forwarding", "allow", ["no agent", "no accepted"] },
        { "no-forwarding,permitopen=\"db:*\",permitlisten=\"*:*\"", "allow", ["no agent", "no accepted"] },
        { "no-agent-forwarding", "allow", [Open, OpenOther, OpenSocket, Listen, ListenChosen, ListenOutside, ListenSocket, "no agent"] },
        { "no-port-forwarding", "allow", ["no accepted"] },
        { "no-port-forwarding,permitopen=\"db:*\",permitlisten=\"*:*\"", "allow", ["no accepted"] },
        { "no-port-forwarding,port-forwarding,permitopen=\"db:22\"", "", [OpenOther] },
        { "root=\"/tmp\"", "allow", ["no agent", "no accepted"] },
        { "read-only", "allow open=any listen=any", ["no agent", "no accepted"] },
        { "root=\"/tmp\",permitopen=\"db:5432\"", "", [Open, "no agent", "no accepted"] },
        { "root=\"/tmp\",permitlisten=\"8080\"", "", [Listen, "no agent"] },
        { "root=\"/tmp\",port-forwarding,agent-forwarding", "allow open=db:22 listen=none", [OpenOther] },
        { "command=\"true\"", "allow", ["no agent", "no accepted"] },
        { "command=\"true\",permitopen=\"db:5432\",agent-forwarding", "", [Open, "no accepted"] },
        { "restrict", "allow", ["no agent", "no accepted"] },
        { "restrict,permitopen=\"db:5432\"", "allow", ["no agent", "no accepted"] },
        { "restrict,permitopen=\"db:5432\",port-forwarding", "", [Open, "no agent"] },
        { "port-forwarding,agent-forwarding,restrict", "allow", ["no agent", "no accepted"] },
        { "restrict,agent-forwarding", "allow", ["no accepted"] },
        { "allow=\"calc\"", "allow", ["no agent", "no accepted"] },
        { "allow=\"forward,agent\"", "", [] },
        { "allow=\"forward\"", "allow open=db:22 listen=none", [OpenOther, "no agent"] },
        { "allow=\"open:db:5432,listen:8080\"", "open=none listen=none", [Open, Listen, "no agent"] },
        { "allow=\"forward,agent\",permitopen=\"db:22\"", "", [OpenOther] },
        { "allow=\"open:db:5432,open:db:22\",permitopen=\"db:22\"", "allow", [OpenOther, "no agent"] },
        { "deny=\"open:db:22\"", "allow", [Open, OpenSocket, Listen, ListenChosen, ListenOutside, ListenSocket] },
        { "deny=\"forward\"", "allow", ["no accepted"] },
        { "deny=\"agent\",permitopen=\"db:22\"", "", [OpenOther, "no agent"] },
    };

    [Theory]
    [MemberData(nameof(Permitted))]
    public void Options_permit_exactly_these_forms(string key, string server, string[] permitted)
    {
        KeyPermission permission = new(KeyWith(key), OptionsOf(server));
        string[] expected =
        [
            .. Always.Where(form => !permitted.Contains($"no {form}")),
            .. permitted.Where(form => !form.StartsWith("no ", StringComparison.Ordinal)),
        ];
        Assert.Equal(expected.Order(), All.Where(form => Ask(permission, form) is null).Order());
    }

    [Theory]
    [InlineData("", "", Open, "permitopen=\"db:5432\"", "--allow-forwarding")]
    [InlineData("", "", ListenChosen, "permitlisten=\"127.0.0.1:*\"", "--allow-forwarding")]
    [InlineData("", "", ListenSocket, "permitlisten=\"/run/mine\"", "--allow-forwarding")]
    [InlineData("", "allow open=x:1", Open, "permitopen=\"db:5432\"", "--permit-open db:5432")]
    [InlineData("", "listen=x:1", ListenOutside, "permitlisten=\"*:8080\"", "--permit-listen *:8080")]
    public void Refusal_names_the_option_that_would_permit_it(string key, string server, string form, string hint, string other)
    {
        KeyRefusal? refusal = Ask(new(KeyWith(key), OptionsOf(server)), form);
        Assert.Contains(hint, refusal!.Hint, StringComparison.Ordinal);
        Assert.Contains(other, refusal.Hint, StringComparison.Ordinal);
        Assert.Null(refusal.Option);
    }

    [Theory]
    [InlineData("permitopen=\"x:1\"", OpenSocket, "permitopen=")]
    [InlineData("permitlisten=\"x:1\"", Listen, "permitlisten=")]
    [InlineData("no-forwarding", Agent, "no-forwarding")]
    [InlineData("no-agent-forwarding", Agent, "no-agent-forwarding")]
    [InlineData("no-port-forwarding", Open, "no-port-forwarding")]
    [InlineData("root=\"/tmp\"", Open, "root=")]
    [InlineData("write-only", Agent, "write-only")]
    [InlineData("restrict", Listen, "restrict")]
    [InlineData("deny=\"calc,open:db:5432\"", Open, "deny=\"open:db:5432\"")]
    [InlineData("allow=\"calc\"", Open, "allow=")]
    public void Option_of_the_key_that_refuses_is_known_to_the_log_only(string key, string form, string option)
    {
        KeyRefusal? refusal = Ask(new(KeyWith(key), OptionsOf("allow")), form);
        Assert.Equal((KeyRefusal.NotAllowed, option), (refusal!.Text, refusal.Option));
        Assert.DoesNotContain(option, refusal.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("permitopen=\"db\"")]
    [InlineData("permitopen=\"8080\"")]
    [InlineData("permitopen=\"db:0\"")]
    [InlineData("permitopen=\"db:65536\"")]
    [InlineData("permitopen=\"*:80\"")]
    [InlineData("permitopen=\"\"")]
    [InlineData("permitlisten=\"db\"")]
    [InlineData("permitlisten=\":80\"")]
    [InlineData("permitlisten=\"10.*:80\"")]
    [InlineData("permitlisten=\"\"")]
    [InlineData("no-agent-forwarding=\"yes\"")]
    public void Wrong_option_authorizes_no_key(string options)
        => Assert.Throws<FormatException>(() => KeyOptions.Apply(new(TestKeys.Make(1), "", [], null), options));

    private static AuthorizedKey KeyWith(string options)
    {
        var plain = new AuthorizedKey(TestKeys.Make(1), "", [], null);
        return options.Length == 0 ? plain : KeyOptions.Apply(plain, options);
    }

    private static ServerOptions OptionsOf(string words)
    {
        string[] all = words.Split(' ');
        return new()
        {
            AllowsForwarding = all.Contains("allow"),
            PermitOpen = [.. Values("open=").Select(ForwardRule.ParseOpen)],
            PermitListen = [.. Values("listen=").Select(ForwardRule.ParseListen)],
        };

        IEnumerable<string> Values(string name)
            => all.Where(word => word.StartsWith(name, StringComparison.Ordinal)).Select(word => word[name.Length..]);
    }

    private static KeyRefusal? Ask(KeyPermission permission, string form)
    {
        if (form is Agent or Accepted)
            return permission.Decide(new(form, form));
        string[] words = form.Split(' ');
        if (words[1].StartsWith('/'))
            return permission.Decide(new(words[0], form) { Socket = words[1] });
        string[] address = words[1].Split(':');
        int port = int.Parse(address[1], System.Globalization.CultureInfo.InvariantCulture);
        return permission.Decide(new(words[0], form) { Host = address[0], Port = port });
    }
}
