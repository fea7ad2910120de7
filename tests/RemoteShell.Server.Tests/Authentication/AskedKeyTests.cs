using System.Text.Json;
using RemoteShell.Keys;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Admin;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Tests.Telemetry;

namespace RemoteShell.Server.Tests.Authentication;

/// <summary>Which key decides: one that the client proves, one that it can prove, or its key of TLS.</summary>
public sealed class AskedKeyTests : IAsyncDisposable
{
    private const string Unknown = "SHA256:V2Om9MXVgar01PPN/J/gHQQBFAgXZs3ljj8VImnP3uM";

    private readonly TemporaryFolder _folder = new();
    private readonly TestServer _server;

    // Its key is not in the list.
    private readonly Identity _stranger;

    // Keys that the client names.
    private readonly Identity _first, _second;

    public AskedKeyTests()
    {
        File.WriteAllText(_folder["revoked"], "# none\n");
        _server = new(options => options with
        {
            RevokedKeysFile = _folder["revoked"],
            PenaltyExempt = [],
            Limits = new() { HandshakeTime = TimeSpan.FromSeconds(3) },
        });
        _stranger = Identity.Create(_folder["stranger"]);
        _first = Identity.Create(_folder["first"]);
        _second = Identity.Create(_folder["second"]);
    }

    private string First => _first.PublicKey.Fingerprint;

    private string Second => _second.PublicKey.Fingerprint;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _stranger.Dispose();
        _first.Dispose();
        _second.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task First_of_the_named_keys_that_is_authorized_is_asked_for(bool isOwnAuthorized)
    {
        Authorize(_first);
        Authorize(_second);
        Identity own = isOwnAuthorized ? _server.Identity : _stranger;
        Assert.Equal((Second, false), await AskedAsync(own, Unknown, Second, First));
        Assert.Equal((First, false), await AskedAsync(own, First, Second));
    }

    [Theory]
    [InlineData("expiry-time=\"20200101\"")]
    [InlineData("from=\"203.0.113.0/24\"")]
    [InlineData("unknown-option")]
    [InlineData("revoked")]
    public async Task Key_that_may_not_be_used_now_is_passed_over(string fault)
    {
        Authorize(_first, fault == "revoked" ? "" : fault);
        Authorize(_second);
        if (fault == "revoked")
            await File.WriteAllTextAsync(_folder["revoked"], First, TestContext.Current.CancellationToken);
        Assert.Equal((Second, false), await AskedAsync(_server.Identity, First, Second));
        Assert.Null(await AskedAsync(_server.Identity, First));
    }

    [Fact]
    public async Task Key_of_tls_decides_if_none_of_the_named_keys_is_authorized()
    {
        Assert.Null(await AskedAsync(_server.Identity, Unknown, First));
        string refusal = await RefusalAsync(_stranger, Keys(Unknown, First));
        Assert.Contains(_stranger.PublicKey.Fingerprint, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_of_tls_that_is_named_itself_needs_no_proof()
    {
        Authorize(_first);
        Assert.Null(await AskedAsync(_server.Identity, _server.Identity.PublicKey.Fingerprint, First));
    }

    [Fact]
    public async Task Client_whose_key_of_tls_is_revoked_is_asked_for_nothing()
    {
        Authorize(_first);
        await File.WriteAllTextAsync(_folder["revoked"], _stranger.PublicKey.Fingerprint, TestContext.Current.CancellationToken);
        Assert.Contains("is revoked", await RefusalAsync(_stranger, Keys(First)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_is_asked_for_by_the_key_of_its_authority()
    {
        Authorize(_first, "cert-authority");
        Assert.Equal(($"cert:{First}", false), await AskedAsync(_stranger, Unknown, $"cert:{Second}", $"cert:{First}"));
    }

    [Fact]
    public async Task Authority_itself_is_not_asked_for_and_a_key_is_not_taken_for_an_authority()
    {
        Authorize(_first, "cert-authority");
        Authorize(_second);
        Assert.Equal((Second, false), await AskedAsync(_server.Identity, First, $"cert:{Second}", Second));
        Assert.Null(await AskedAsync(_server.Identity, First, $"cert:{Second}"));
        await File.WriteAllTextAsync(_folder["revoked"], First, TestContext.Current.CancellationToken);
        Assert.Null(await AskedAsync(_server.Identity, $"cert:{First}"));
    }

    [Fact]
    public async Task Request_behind_the_names_of_keys_is_not_read_if_one_is_asked_for()
    {
        Authorize(_first);
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        string file = _folder["made"];
        await peer.SendAsync(RawPeer.Frame(Hello(Keys(First))), RawPeer.Exec(1, $"touch {file}"));
        Assert.Equal(["hello", "error"], await TypesAsync(peer));
        Assert.DoesNotContain(_server.Log, line => line.Contains(" connected with key ", StringComparison.Ordinal));
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Authorized_client_gets_the_hello_before_it_has_sent_its_own_and_has_limited_time_for_that()
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        await peer.ReadAsync("hello");
        Assert.True(await peer.IsClosedAsync());
        Assert.Contains(_server.Log, line => line.Contains("no hello came in time", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Key_without_a_proof_that_the_server_knows_is_refused_although_the_key_of_tls_is_authorized()
    {
        Assert.Contains(Unknown, await RefusalAsync(_server.Identity, $"\"key\":\"{Unknown}\""), StringComparison.Ordinal);
        Authorize(_first);
        Assert.Equal((First, false), await AnswerAsync(_server.Identity, $"\"key\":\"{First}\""));
    }

    [Theory]
    [InlineData("another server")]
    [InlineData("not authorized")]
    [InlineData("nonsense")]
    public async Task Proof_that_is_refused_does_not_let_in_the_key_of_tls(string fault)
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        string file = SshKeygen.MakeKey(_folder, "ed25519");
        if (fault != "not authorized")
            Authorize(file);
        string proof = fault == "nonsense"
            ? "\"proof\":{\"signature\":\"AAAA\",\"time\":0}"
            : Proof(file, fault == "another server" ? _first.PublicKey : _server.Server.HostKey, _server.Identity);
        Assert.DoesNotContain("\"key\"", await RefusalAsync(_server.Identity, proof), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proof_counts_although_the_key_of_tls_is_authorized_and_is_known_while_its_connection_lasts()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        string file = SshKeygen.MakeKey(_folder, "ed25519");
        string fingerprint = Authorize(file);
        await using (RawPeer peer = await RawPeer.ConnectAsync(_server))
        {
            await peer.SendAsync(
                RawPeer.Frame(Hello(Proof(file, _server.Server.HostKey, _server.Identity))), RawPeer.Frame("""{"type":"ping"}"""));
            await peer.ReadAsync("pong");
            Assert.Contains(_server.Log, line => line.Contains($"connected with key {fingerprint}", StringComparison.Ordinal));
            Assert.Equal((fingerprint, true), await AskedAsync(_server.Identity, fingerprint));
            Assert.Null(await AnswerAsync(_server.Identity, $"\"key\":\"{fingerprint}\""));
            // A proof is for one key of TLS.
            Assert.Equal((fingerprint, false), await AskedAsync(_stranger, fingerprint));
        }

        await Waiting.UntilAsync(
            async () => await AskedAsync(_server.Identity, fingerprint) == (fingerprint, false), "the proof has ended with the connection");
    }

    [Fact]
    public async Task Question_for_a_proof_is_no_failure()
    {
        using var measured = new Measured(_server.Server);
        Authorize(_first);
        for (int i = 0; i < 20; i++)
            Assert.NotNull(await AskedAsync(_stranger, First));
        Assert.Empty((await AdminClient.AskAsync(_server.ServerOptions.StateFolder, new("status")).Within()).Status!.Penalties);
        Assert.Contains("rsh.outcome=asked", measured.Attributes);
        Assert.DoesNotContain("rsh.outcome=refused", measured.Attributes);
        string[] lines = await File.ReadAllLinesAsync(
            Path.Combine(_server.ServerOptions.StateFolder, "audit", "audit.jsonl"), TestContext.Current.CancellationToken);
        AuditLine[] audited = [.. lines.Select(line => AuditLine.TryParse(System.Text.Encoding.UTF8.GetBytes(line))!)];
        Assert.Equal(20, audited.Count(line => line.Event == AuditEvent.Ask && line.What == First && !line.IsFailure));
        Assert.DoesNotContain(audited, line => line.Event == AuditEvent.Refuse);
    }

    [Fact]
    public async Task Questions_for_proofs_have_an_audit_budget_of_their_own()
    {
        await using var server = new TestServer();
        await File.AppendAllTextAsync(
            server.AuthorizedKeys.Path, $"{_first.PublicKey} named\n", TestContext.Current.CancellationToken);
        for (int i = 0; i < RefusalBudget.LinesOfMinute + 5; i++)
            await EndAsync(Keys(First));
        await EndAsync(Keys(Unknown));
        await server.Server.StopAsync().Within();
        string[] lines = await File.ReadAllLinesAsync(
            Path.Combine(server.ServerOptions.StateFolder, "audit", "audit.jsonl"), TestContext.Current.CancellationToken);
        AuditLine[] audited = [.. lines.Select(line => AuditLine.TryParse(System.Text.Encoding.UTF8.GetBytes(line))!)];
        // They may take more than the minute of the budget.
        Assert.InRange(audited.Count(line => line.Event == AuditEvent.Ask), RefusalBudget.LinesOfMinute, RefusalBudget.LinesOfMinute + 5);
        Assert.Null(Assert.Single(audited, line => line.Event == AuditEvent.Refuse).LeftOut);

        async Task EndAsync(string fields)
        {
            await using RawPeer peer = await RawPeer.ConnectWithAsync(_stranger, server.Address);
            await peer.SendAsync(RawPeer.Frame(Hello(fields)));
            await peer.ReadAsync("error");
        }
    }

    [Fact]
    public async Task Questions_without_an_end_earn_a_penalty()
    {
        Authorize(_first);
        int questions = 0;
        try
        {
            while (questions < 1_000)
            {
                await AskedAsync(_stranger, Unknown, First);
                questions++;
            }
        }
        catch (Exception e) when (e is RemoteShellException or IOException or InvalidOperationException)
        {
            // The address is refused before the handshake.
        }

        Assert.InRange(questions, 60, 999);
        Assert.Single((await AdminClient.AskAsync(_server.ServerOptions.StateFolder, new("status")).Within()).Status!.Penalties);
    }

    // The list changed while the client was silent.
    [Theory]
    [InlineData("detach")]
    [InlineData("attached")]
    public async Task Key_that_was_removed_before_the_first_frame_runs_nothing(string kind)
    {
        await using RawPeer peer = await RawPeer.ConnectWithAsync(_server.Identity, _server.Address);
        await peer.ReadAsync("hello");
        await File.WriteAllTextAsync(_server.AuthorizedKeys.Path, "# nobody\n", TestContext.Current.CancellationToken);
        string file = _folder["ran"], fields = kind == "detach" ? ",\"detach\":true" : "";
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Exec(1, $"touch {file}", fields));
        Assert.Contains("\"unauthorized\"", await peer.ReadAsync("error"), StringComparison.Ordinal);
        Assert.False(File.Exists(file));
        Assert.DoesNotContain(_server.Log, line => line.Contains("job ", StringComparison.Ordinal));
    }

    // Its user may have to touch a key.
    [Fact]
    public async Task Authorized_client_that_is_silent_is_told_so_and_earns_no_penalty()
    {
        await using RawPeer first = await RawPeer.ConnectWithAsync(_server.Identity, _server.Address);
        await using RawPeer second = await RawPeer.ConnectWithAsync(_server.Identity, _server.Address);
        foreach (RawPeer silent in (RawPeer[])[first, second])
            Assert.Contains("no hello came in time", await silent.ReadAsync("error"), StringComparison.Ordinal);
        Assert.Empty((await AdminClient.AskAsync(_server.ServerOptions.StateFolder, new("status")).Within()).Status!.Penalties);
    }

    [Fact]
    public async Task Keys_that_are_not_authorized_earn_a_penalty_as_before()
    {
        for (int i = 0; i < 4; i++)
        {
            using Identity stranger = Identity.Create(_folder[$"stranger{i}"]);
            await RefusalAsync(stranger, Keys(Unknown));
        }

        Assert.Single((await AdminClient.AskAsync(_server.ServerOptions.StateFolder, new("status")).Within()).Status!.Penalties);
    }

    public static TheoryData<string> Hostile => new(
        Keys([.. Enumerable.Repeat(Unknown, 17)]),
        Keys(),
        Keys("SHA256:short"),
        Keys("cert:"),
        Keys($"cert:cert:{Unknown}"),
        "\"keys\":[null]",
        "\"keys\":{}",
        "\"keys\":\"" + Unknown + "\"",
        "\"keys\":[1]",
        Keys(Unknown) + $",\"key\":\"{Unknown}\"",
        Keys(Unknown) + ",\"proof\":{\"signature\":\"AAAA\",\"time\":0}",
        Keys(Unknown) + "," + Keys(Unknown));

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Hello_that_is_not_valid_is_refused_whichever_key_comes_with_it(string fields)
    {
        Assert.Equal(ErrorCode.BadHeader, await CodeAsync(_server.Identity, fields));
        Assert.Equal(ErrorCode.Unauthorized, await CodeAsync(_stranger, fields));
    }

    private static string Keys(params string[] fingerprints) => $"\"keys\":{JsonSerializer.Serialize(fingerprints)}";

    private static string Hello(string fields) => $$"""{"type":"hello","version":1,"agent":"raw",{{fields}}}""";

    private static string Proof(string file, PublicKey server, Identity client)
    {
        long time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        byte[] message = KeyProof.Message(server, client.PublicKey, time);
        byte[] signature = SshSignature.ParseArmored(SshKeygen.Sign(file, KeyProof.Namespace, message)).ToBytes();
        return $"\"proof\":{{\"signature\":\"{Convert.ToBase64String(signature)}\",\"time\":{time}}}";
    }

    private static async Task<string[]> TypesAsync(RawPeer peer)
    {
        List<string> types = [];
        while (await peer.ReadAsync() is { } frame)
            types.Add(frame.Type);
        return [.. types];
    }

    private void Authorize(Identity key, string options = "")
        => File.AppendAllText(_server.AuthorizedKeys.Path, $"{options} {key.PublicKey} named\n".TrimStart());

    private string Authorize(string file)
    {
        string line = File.ReadAllText($"{file}.pub");
        Assert.True(_server.AuthorizedKeys.Add(line));
        return PublicKey.Parse(line).Fingerprint;
    }

    // The key that the server asks for; null: it has accepted the client.
    private Task<(string Key, bool IsProved)?> AskedAsync(Identity own, params string[] fingerprints)
        => AnswerAsync(own, Keys(fingerprints));

    private async Task<(string Key, bool IsProved)?> AnswerAsync(Identity own, string fields)
    {
        await using RawPeer peer = await RawPeer.ConnectWithAsync(own, _server.Address);
        await peer.SendAsync(RawPeer.Frame(Hello(fields)), RawPeer.Frame("""{"type":"ping"}"""));
        await peer.ReadAsync("hello");
        (string type, _, string header, _) = (await peer.ReadAsync())!.Value;
        if (type == "pong")
            return null;
        JsonElement error = JsonDocument.Parse(header).RootElement;
        Assert.Equal(("error", ErrorCode.Unauthorized), (type, error.GetProperty("code").GetString()));
        return (error.GetProperty("key").GetString()!, error.TryGetProperty("proved", out JsonElement proved) && proved.GetBoolean());
    }

    private async Task<string> RefusalAsync(Identity own, string fields)
    {
        await using RawPeer peer = await RawPeer.ConnectWithAsync(own, _server.Address);
        await peer.SendAsync(RawPeer.Frame(Hello(fields)), RawPeer.Frame("""{"type":"ping"}"""));
        await peer.ReadAsync("hello");
        (string type, _, string header, _) = (await peer.ReadAsync())!.Value;
        Assert.Equal("error", type);
        Assert.Contains("\"unauthorized\"", header, StringComparison.Ordinal);
        // A fingerprint may have a plus sign, which is escaped.
        return header.Replace("\\u002B", "+", StringComparison.Ordinal);
    }

    private async Task<string> CodeAsync(Identity own, string fields)
    {
        await using RawPeer peer = await RawPeer.ConnectWithAsync(own, _server.Address);
        await peer.SendAsync(RawPeer.Frame(Hello(fields)));
        return JsonDocument.Parse(await peer.ReadAsync("error")).RootElement.GetProperty("code").GetString()!;
    }
}
