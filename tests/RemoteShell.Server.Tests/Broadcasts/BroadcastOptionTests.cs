using System.Text;
using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Tests.Broadcasts;

/// <summary>Options in front of a key hold for signed requests as for a connection.</summary>
public sealed class BroadcastOptionTests : IAsyncDisposable
{
    private readonly TestServer _server = new();
    private readonly Broadcaster _broker;

    public BroadcastOptionTests() => _broker = new(_server);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Forced_command_and_variables_of_the_key_apply()
    {
        Authorize("command=\"echo \\\"$RSH_ORIGINAL_COMMAND/$A\\\"\",environment=\"A=key\"");
        BroadcastResult result = await _broker.AskAsync(_broker.Request("uptime -p"));
        Assert.Equal("uptime -p/key\n", Encoding.UTF8.GetString(result.Streams["stdout"].Head!.Value.Span));
    }

    [Fact]
    public async Task Refusal_is_signed_without_the_option_which_the_log_has()
    {
        Authorize("allow=\"run:uptime\"");
        BroadcastResult result = await _broker.AskAsync(_broker.Request("uptime"));
        Assert.Equal((ErrorCode.Forbidden, "not allowed for this key"), (result.Refusal?.Code, result.Refusal?.Text));
        string place = $"may not uptime: refused by allow= in {_server.AuthorizedKeys.Path} line 1";
        Assert.Contains(_server.Log, line => line.EndsWith(place, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Program_that_a_rule_names_runs()
    {
        Authorize("allow=\"run:echo *\"");
        BroadcastRequest request = _broker.Request("") with { Command = null, Argv = ["echo", "a b"] };
        BroadcastResult result = await _broker.AskAsync(request);
        Assert.Equal("a b\n", Encoding.UTF8.GetString(result.Streams["stdout"].Head!.Value.Span));
        BroadcastRequest chosen = request with { Run = JobId.New(), Env = new Dictionary<string, string> { ["PATH"] = "/tmp" } };
        Assert.Equal(ErrorCode.Forbidden, (await _broker.AskAsync(chosen)).Refusal?.Code);
    }

    [Fact]
    public async Task Rate_counts_requests_that_start_something()
    {
        Authorize("rate=\"2/h\"");
        BroadcastRequest first = _broker.Request("true");
        Assert.Equal(0, (await _broker.AskAsync(first)).Code);
        Assert.Equal(0, (await _broker.AskAsync(first)).Code);
        Assert.Equal(0, (await _broker.AskAsync(_broker.Request("true"))).Code);
        Assert.Equal(ErrorCode.Limit, (await _broker.AskAsync(_broker.Request("true"))).Refusal?.Code);
        // The connections of the key and its signed requests have one rate.
        await using RemoteShellClient client = await _server.ConnectAsync();
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => client.WhoAsync().Within());
        Assert.Equal(ErrorCode.Limit, refused.Code);
    }

    private void Authorize(string options)
        => File.WriteAllText(_server.AuthorizedKeys.Path, $"{options} {_server.Identity.PublicKey}\n");
}
