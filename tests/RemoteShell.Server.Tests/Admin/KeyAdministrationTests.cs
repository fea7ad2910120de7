using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Admin;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Invitations;
using RemoteShell.Server.Tests.Jobs;

namespace RemoteShell.Server.Tests.Admin;

public sealed class KeyAdministrationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PublicKey _anna = TestKeys.Make(1), _backup = TestKeys.Make(2);
    private readonly ServerOptions _options;

    public KeyAdministrationTests() => _options = new() { Folder = _folder.Path };

    private string KeysFile => _options.AuthorizedKeysFile;

    private KeyAdministration Keys => new(_options);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void List_has_each_line_with_a_key_and_the_open_invitations()
    {
        File.WriteAllText(
            KeysFile, $"# people\nno-chat,from=\"10.0.0.0/8\" {_anna} anna@laptop\nnot a key\nexpiry-time=\"20200101\" {_backup}\n");
        var folder = new InvitationFolder(_options.InvitationFolder, new AuthorizedKeys(KeysFile));
        folder.Add(_anna.Fingerprint, "eve", "no-pty", TimeSpan.FromHours(1));

        IReadOnlyList<ListedKey> listed = Keys.List(status: null);
        Assert.Equal([2, 4], listed.Select(line => line.Line));
        Assert.Equal((_anna.Fingerprint, "anna@laptop", "no-chat,from=\"10.0.0.0/8\""), (listed[0].Key, listed[0].Name, listed[0].Options));
        Assert.Equal((null, "expired"), (listed[0].Unused, listed[1].Unused));
        Assert.Equal(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), listed[1].Expires);
        ListedInvitation open = Assert.Single(Keys.Invitations());
        Assert.Equal(("eve", "no-pty"), (open.Invitation, open.Options));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Revoke_removes_all_lines_of_the_key_and_leaves_the_rest_as_it_is(string end)
    {
        string first = $"# \u00e4 remark  {end}{end}", last = $"  not a key{end}no-chat {_backup}  backup  job";
        File.WriteAllText(KeysFile, $"{first}{_anna} anna{end}from=\"10.0.0.0/8\" {_anna} anna again{end}{last}");
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        SetMode(mode);

        RemovedKey removed = Keys.Revoke("anna again", addsToRevoked: false, status: null);
        Assert.Equal((_anna.Fingerprint, false, false), (removed.Key, removed.IsRevoked, removed.IsAddedToRevoked));
        Assert.Equal([3, 4], removed.Removed.Select(line => line.Line));
        Assert.Equal(first + last, File.ReadAllText(KeysFile));
        Assert.Single(Directory.GetFiles(_folder.Path));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(mode, File.GetUnixFileMode(KeysFile));
    }

    [Fact]
    public void Revoke_by_a_name_of_two_keys_changes_nothing_and_names_them()
    {
        string text = $"{_anna} both\n{_backup} both\n";
        File.WriteAllText(KeysFile, text);
        RemoteShellException refused = Assert.Throws<RemoteShellException>(() => Keys.Revoke("both", false, null));
        Assert.Equal($"2 keys are named 'both': {_anna.Fingerprint}, {_backup.Fingerprint}", refused.Message);
        Assert.Equal(text, File.ReadAllText(KeysFile));
        Assert.Throws<RemoteShellException>(() => Keys.Revoke("nobody", false, null));
        Assert.Throws<RemoteShellException>(() => Keys.Revoke(_anna.Fingerprint, addsToRevoked: true, null));
        Assert.Equal(text, File.ReadAllText(KeysFile));
    }

    [Fact]
    public void Revoke_with_the_list_of_revoked_keys_adds_the_key_once_also_if_no_line_has_it()
    {
        ServerOptions options = _options with { RevokedKeysFile = _folder["revoked"] };
        File.WriteAllText(KeysFile, $"{_anna} anna\ncert-authority {_backup} ca\n");
        File.WriteAllText(_folder["revoked"], "# none");
        var keys = new KeyAdministration(options);
        RemovedKey removed = keys.Revoke(_anna.Fingerprint, addsToRevoked: true, status: null);
        Assert.True(removed.IsAddedToRevoked && removed.IsRevoked);
        Assert.Equal("ca", Assert.Single(removed.Authorities).Name);
        Assert.Equal($"# none\n{_anna.Fingerprint} anna\n", File.ReadAllText(_folder["revoked"]));

        RemovedKey again = keys.Revoke(_anna.Fingerprint, addsToRevoked: true, status: null);
        Assert.Equal((false, true, 0), (again.IsAddedToRevoked, again.IsRevoked, again.Removed.Count));
        Assert.Equal($"# none\n{_anna.Fingerprint} anna\n", File.ReadAllText(_folder["revoked"]));
    }

    private void SetMode(UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(KeysFile, mode);
    }
}
