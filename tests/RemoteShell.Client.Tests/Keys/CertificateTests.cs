using RemoteShell.Keys;
using RemoteShell.Protocol;

namespace RemoteShell.Client.Tests.Keys;

/// <summary>Certificates of users, made by <c>ssh-keygen</c>, and the lines of authorities that let them in.</summary>
public sealed class CertificateTests : IAsyncDisposable
{
    private readonly TestServer _server = new();
    private readonly TemporaryFolder _folder = new();
    private readonly string _authority;
    private readonly string _key;

    public CertificateTests()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        _authority = SshKeygen.MakeKey(_folder, "ed25519");
        _key = SshKeygen.MakeKey(_folder, "ed25519");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("cert-authority", "USER")]
    [InlineData("cert-authority", "other,USER")]
    [InlineData("cert-authority,principals=\"admins,staff\"", "staff")]
    public async Task Certificate_of_the_authority_lets_its_key_in(string options, string principals)
    {
        Authorize(options);
        Certify(principals);
        await using RemoteShellClient client = await ConnectAsync();
        Assert.Equal("done\n", (await client.Shell("echo done").ExecuteBufferedAsync().Within()).Output);
        // Its jobs are those of the certified key.
        string job = await client.Shell("true").DetachAsync().Within();
        Assert.Contains(await client.ListJobsAsync(JobFilter.All).Within(), one => one.Id == job);
    }

    [Theory]
    [InlineData("cert-authority", "other", "is not for the user")]
    [InlineData("cert-authority,principals=\"admins\"", "USER", "any of the principals")]
    [InlineData("cert-authority", "USER -V 20200101:20200201", "has expired")]
    [InlineData("cert-authority", "USER -V 20990101:20990201", "not valid yet")]
    [InlineData("cert-authority", "USER -h", "is for a host")]
    [InlineData("cert-authority", "USER -O critical:unknown@example=1", "unknown@example")]
    [InlineData("cert-authority", "USER -O source-address=10.1.0.0/16", "may not be used from")]
    [InlineData("cert-authority,from=\"10.0.0.0/8\"", "USER", "may not be used from")]
    [InlineData("cert-authority,command=\"date\"", "USER -O force-command=uptime", "another command")]
    [InlineData("cert-authority,root=\"/srv\"", "USER -O force-command=uptime", "files only")]
    [InlineData("cert-authority,verify-required", "USER", "has not verified its user")]
    [InlineData("", "USER", "is not authorized here")]
    public async Task Certificate_that_does_not_fit_is_refused_with_its_reason(string options, string arguments, string reason)
    {
        Authorize(options);
        Certify(arguments);
        var refusal = await Assert.ThrowsAsync<UnauthorizedException>(ConnectAsync);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_of_another_authority_and_the_plain_key_are_refused()
    {
        Authorize("cert-authority");
        await Assert.ThrowsAsync<UnauthorizedException>(ConnectAsync);
        Certify("USER", authority: SshKeygen.MakeKey(_folder, "ed25519"));
        await Assert.ThrowsAsync<UnauthorizedException>(ConnectAsync);
    }

    [Fact]
    public async Task Key_of_an_authority_may_not_come_itself()
    {
        Authorize("cert-authority");
        ClientOptions options = _server.ClientOptions("laptop") with { Key = new KeygenSigner(_authority) };
        await Assert.ThrowsAsync<UnauthorizedException>(() => RemoteShellClient.ConnectAsync(options).Within());
    }

    [Fact]
    public async Task Command_of_a_certificate_runs_in_place_of_what_is_asked()
    {
        Authorize("cert-authority");
        Certify("USER", "-O", "force-command=echo \"forced, not $SSH_ORIGINAL_COMMAND\"");
        await using RemoteShellClient client = await ConnectAsync();
        Assert.Equal("forced, not date\n", (await client.Shell("date").ExecuteBufferedAsync().Within()).Output);
    }

    [Theory]
    [InlineData("no-pty", false)]
    [InlineData("permit-pty", true)]
    public async Task Terminal_needs_the_permission_of_the_certificate(string option, bool isPermitted)
    {
        Authorize("cert-authority");
        Certify("USER", "-O", "clear", "-O", option);
        await using RemoteShellClient client = await ConnectAsync();
        Exception? failure = await Record.ExceptionAsync(
            () => client.Shell("true").WithTerminal(new("xterm", 80, 24)).ExecuteAsync().Within());
        Assert.Equal(isPermitted ? null : ErrorCode.Forbidden, (failure as RequestRefusedException)?.Code);
    }

    private void Authorize(string options)
    {
        string key = File.ReadAllText($"{_authority}.pub").Trim();
        Assert.True(_server.AuthorizedKeys.Add(options.Length == 0 ? key : $"{options} {key}"));
    }

    // USER stands for the server's user.
    private void Certify(string principals, params string[] arguments)
    {
        string[] words = principals.Replace("USER", Environment.UserName, StringComparison.Ordinal).Split(' ');
        Certify([.. words, .. arguments], _authority);
    }

    private void Certify(string principals, string authority) => Certify([principals.Replace("USER", Environment.UserName)], authority);

    private void Certify(string[] words, string authority)
        => SshKeygen.Certify(authority, _key, ["-I", "id", "-n", words[0], .. words[1..]]);

    private Task<RemoteShellClient> ConnectAsync()
        => RemoteShellClient.ConnectAsync(_server.ClientOptions("laptop") with { Key = new FileSigner(_key, agent: null) }).Within();
}
