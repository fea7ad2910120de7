using RemoteShell.Keys;
using RemoteShell.Server.Authentication.Invitations;

namespace RemoteShell.Client.Tests.Keys;

/// <summary>A client that the server does not know comes with an invitation.</summary>
public sealed class InvitationTests : IAsyncDisposable
{
    private readonly TestServer _server = new();
    private readonly InvitationFolder _invitations;

    public InvitationTests() => _invitations = new(_server.ServerOptions.InvitationFolder, _server.AuthorizedKeys);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Invited_client_is_known_from_then_on_with_its_name_and_options()
    {
        Invitation invitation = Invite("anna", "no-chat");
        await (await JoinAsync("laptop", invitation)).DisposeAsync();
        ClientOptions options = _server.ClientOptions("laptop") with { Trust = new() };
        await using RemoteShellClient again = await RemoteShellClient.ConnectAsync(options).Within();
        Assert.Equal("anna", Assert.Single(await again.WhoAsync().Within()).Name);
        Assert.Contains(
            "no-chat ecdsa-sha2-nistp256 ", await File.ReadAllTextAsync(_server.AuthorizedKeys.Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invitation_works_once_also_if_many_come_at_the_same_time()
    {
        Invitation invitation = Invite("anna");
        Task<RemoteShellClient>[] joins = [.. Enumerable.Range(0, 8).Select(i => JoinAsync($"laptop{i}", invitation))];
        await Task.WhenAll(joins).ContinueWith(_ => { }, TaskScheduler.Default).Within();
        await using RemoteShellClient joined = await Assert.Single(joins, join => join.IsCompletedSuccessfully);
        Assert.All(joins.Where(join => join.IsFaulted), join => Assert.IsType<UnauthorizedException>(join.Exception!.InnerException));
        Assert.Single(await File.ReadAllLinesAsync(_server.AuthorizedKeys.Path), line => line.EndsWith(" anna", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(_server.ServerOptions.InvitationFolder));
    }

    [Fact]
    public async Task Invitation_that_has_expired_or_is_made_up_lets_nobody_in()
    {
        Invitation expired = _invitations.Add(_server.Server.HostKey.Fingerprint, "anna", "", TimeSpan.FromMilliseconds(-1));
        Assert.Contains("expired", (await RefusedAsync(expired)).Message, StringComparison.Ordinal);
        Invitation madeUp = Invitation.Make(_server.Server.HostKey.Fingerprint);
        Assert.Contains("not valid", (await RefusedAsync(madeUp)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(" anna", await File.ReadAllTextAsync(_server.AuthorizedKeys.Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secret_is_not_sent_to_another_server()
    {
        await using var other = new TestServer();
        Invitation invitation = Invite("anna");
        ClientOptions options = Options(other.ClientOptions("laptop"), invitation);
        await Assert.ThrowsAsync<HostKeyException>(() => RemoteShellClient.ConnectAsync(options).Within());
        await (await JoinAsync("laptop", invitation)).DisposeAsync();
    }

    [Fact]
    public async Task Invited_key_of_ssh_is_the_one_that_is_added()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        using var folder = new TemporaryFolder();
        string file = SshKeygen.MakeKey(folder, "ed25519");
        ClientOptions options = Options(_server.ClientOptions("laptop"), Invite("anna")) with { Key = new KeygenSigner(file) };
        await (await RemoteShellClient.ConnectAsync(options).Within()).DisposeAsync();
        string key = (await File.ReadAllTextAsync($"{file}.pub")).Split(' ')[1];
        Assert.Contains($"ssh-ed25519 {key} anna", await File.ReadAllTextAsync(_server.AuthorizedKeys.Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invitation_is_not_used_for_the_own_key_if_the_chosen_one_is_refused()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        using var folder = new TemporaryFolder();
        string list = await File.ReadAllTextAsync(_server.AuthorizedKeys.Path);
        ClientOptions options = Options(_server.ClientOptions("laptop"), Invite("anna"));
        var wrong = new WrongSigner(new KeygenSigner(SshKeygen.MakeKey(folder, "ed25519")));
        await Assert.ThrowsAsync<UnauthorizedException>(
            () => RemoteShellClient.ConnectAsync(options with { Key = wrong }).Within());
        Assert.Equal(list, await File.ReadAllTextAsync(_server.AuthorizedKeys.Path));
        Assert.Single(Directory.EnumerateFiles(_server.ServerOptions.InvitationFolder));
    }

    [Fact]
    public async Task Invitation_of_a_key_that_is_known_already_remains_valid()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        using var folder = new TemporaryFolder();
        string file = SshKeygen.MakeKey(folder, "ed25519");
        _server.AuthorizedKeys.Add($"no-chat {await File.ReadAllTextAsync($"{file}.pub")}");
        Invitation invitation = Invite("anna");
        ClientOptions options = Options(_server.ClientOptions("laptop"), invitation) with { Key = new KeygenSigner(file) };
        await (await RemoteShellClient.ConnectAsync(options).Within()).DisposeAsync();
        await (await JoinAsync("desktop", invitation)).DisposeAsync();
    }

    [Fact]
    public void Stored_invitation_does_not_have_its_secret()
    {
        Invitation invitation = Invite("anna");
        string file = Assert.Single(Directory.EnumerateFiles(_server.ServerOptions.InvitationFolder));
        string stored = $"{file} {File.ReadAllText(file)}";
        Assert.DoesNotContain(Convert.ToHexStringLower(invitation.Secret.Span), stored, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(invitation.Secret.Span), stored, StringComparison.Ordinal);
        Assert.Equal(invitation.ToString(), Invitation.Parse(invitation.ToString()).ToString());
    }

    [Theory]
    [InlineData("anna smith", "")]
    [InlineData("", "")]
    [InlineData("anna", "nosuchoption")]
    [InlineData("anna", "no-chat\nssh-ed25519 AAAA")]
    public void Name_or_options_that_are_not_valid_make_no_invitation(string name, string options)
    {
        Assert.Throws<FormatException>(() => Invite(name, options));
        Assert.False(Directory.Exists(_server.ServerOptions.InvitationFolder));
    }

    private Invitation Invite(string name, string options = "")
        => _invitations.Add(_server.Server.HostKey.Fingerprint, name, options, TimeSpan.FromMinutes(10));

    private Task<RemoteShellClient> JoinAsync(string client, Invitation invitation)
        => RemoteShellClient.ConnectAsync(Options(_server.ClientOptions(client), invitation)).Within();

    private async Task<UnauthorizedException> RefusedAsync(Invitation invitation)
        => await Assert.ThrowsAsync<UnauthorizedException>(() => JoinAsync("laptop", invitation));

    private static ClientOptions Options(ClientOptions options, Invitation invitation) => options with
    {
        Connection = options.Connection with { Invitation = invitation.Secret },
        Trust = new() { Fingerprint = invitation.Fingerprint, StoresFingerprint = true },
    };
}
