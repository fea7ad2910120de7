using RemoteShell.Server.Authentication;
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
        { "root=\"/tmp\"", "allow", ["no agent"] },
        { "read-only", "allow open=any listen=any", ["no agent"] },
        { "root=\"/tmp\",permitopen=\"db:5432\"", "", [Open, "no agent"] },
    };

    [Theory]
    [MemberData(nameof(Permitted))]
    public void Options_permit_exactly_these_forms(string key, string server, string[] permitted)
    {
        ForwardingPermission permission = new(KeyWith(key), OptionsOf(server));
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
    [InlineData("permitopen=\"x:1\"", "allow", OpenSocket, "permitopen=\"/run/db\"", "permitopen")]
    [InlineData("no-forwarding", "allow", Agent, "remove no-forwarding", "")]
    [InlineData("no-agent-forwarding", "allow", Agent, "remove no-agent-forwarding", "")]
    public void Refusal_names_the_option_that_would_permit_it(string key, string server, string form, string hint, string other)
    {
        ForwardingRefusal? refusal = Ask(new(KeyWith(key), OptionsOf(server)), form);
        Assert.Contains(hint, refusal!.Hint, StringComparison.Ordinal);
        Assert.Contains(other, refusal.Hint, StringComparison.Ordinal);
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

    private static ForwardingRefusal? Ask(ForwardingPermission permission, string form)
    {
        if (form == Agent)
            return permission.Agent();
        if (form == Accepted)
            return permission.Accepted();
        string[] words = form.Split(' ');
        if (words[1].StartsWith('/'))
            return words[0] == "open" ? permission.OpenSocket(words[1]) : permission.ListenSocket(words[1]);
        string[] address = words[1].Split(':');
        int port = int.Parse(address[1], System.Globalization.CultureInfo.InvariantCulture);
        return words[0] == "open" ? permission.Open(address[0], port) : permission.Listen(address[0], port);
    }
}
