using System.Text;
using RemoteShell.Client.Trust;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests;

/// <summary>What is known of a file that changes again and again is what a program that reads it for the first time finds.</summary>
public sealed class KnownHostsFileTests : IDisposable
{
    private const int Hosts = 8;

    private readonly TemporaryFolder _folder = new();
    private readonly Identity[] _keys;

    public KnownHostsFileTests() => _keys = [.. Enumerable.Range(0, 3).Select(i => Identity.Create(_folder[$"{i}.pem"]))];

    [Fact]
    public void File_that_is_changed_at_any_place_at_any_moment_is_known_as_it_is()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        string path = _folder["known_hosts"];
        KnownHostsFile known = KnownHostsFile.Of(path);
        for (int round = 0; round < TestSize.Of(normal: 400, full: 20_000); round++)
        {
            Change(path, known, random);
            string copy = _folder[$"copy{round}"];
            if (File.Exists(path))
                File.Copy(path, copy);
            Assert.True(AllOf(KnownHostsFile.Of(copy)) == AllOf(known), $"seed {seed}, round {round}");
            File.Delete(copy);
        }
    }

    public void Dispose()
    {
        foreach (Identity key in _keys)
            key.Dispose();
        _folder.Dispose();
    }

    private static string AllOf(KnownHostsFile file) => string.Join(
        '\n',
        from host in Enumerable.Range(0, Hosts)
        let lines = file.Look(AddressOf(host))
        from entry in lines.Keys.Concat(lines.Authorities).Concat(lines.Revoked)
        select $"{host} {entry.Line} {entry.Form} {entry.Key}");

    private static string Hashed(string name) => HashedHost.Of(name).ToString();

    private static HostAddress AddressOf(int host) => new($"h{host}.example", 7022);

    private void Change(string path, KnownHostsFile known, Random random)
    {
        string name = AddressOf(random.Next(Hosts)).ToString();
        string[] marked = [$"@revoked {name}", $"@cert-authority {name}"];
        string[] forms = [name, name, $"*,!{name}", $"x,{name}", "h?.example:*", Hashed(name), .. marked];
        string line = $"{forms[random.Next(forms.Length)]} {_keys[random.Next(_keys.Length)].PublicKey}";
        byte[] content = File.Exists(path) ? File.ReadAllBytes(path) : [];
        switch (random.Next(8))
        {
            case 0 or 1:
                LineForm form = random.Next(2) == 0 ? LineForm.Name : LineForm.Hash;
                known.Add(AddressOf(random.Next(Hosts)), _keys[random.Next(_keys.Length)].PublicKey, form);
                return;
            case 2:
                File.Delete(path);
                return;
            case 3:
                content = content[..random.Next(content.Length + 1)];
                break;
            case 4:
                // As an editor that leaves the last line without its end.
                content = [.. content, .. Encoding.UTF8.GetBytes(line)];
                break;
            case 5 or 6 when content.Length > 0:
                // Of the same length, at the same moment.
                content[random.Next(content.Length)] = (byte)"hx0 \nA*!,@|"[random.Next(11)];
                break;
            default:
                content = [.. content, .. Encoding.UTF8.GetBytes($"{line}\n")];
                break;
        }

        File.WriteAllBytes(path, content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
