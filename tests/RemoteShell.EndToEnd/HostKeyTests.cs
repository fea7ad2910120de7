using System.Text.Json;

namespace RemoteShell.EndToEnd;

/// <summary>The host key, its rotation and its certificate, with the programs.</summary>
public class HostKeyTests
{
    [Fact]
    public async Task Rotated_key_is_known_to_clients_before_the_server_has_it()
    {
        await using Programs programs = await Programs.StartAsync();
        string knownHosts = Path.Combine(programs.Home, "client", "known_hosts"), former = await programs.FingerprintAsync();
        await RunAsync(programs, "run", programs.Host, "true");
        Output planned = await programs.RunAsync("rsh-server", ["rotate-key", "--after", "1h"], "");
        Assert.Equal(0, planned.Status);
        Assert.Contains("the server announces it", planned.Error);
        Output twice = await programs.RunAsync("rsh-server", ["rotate-key"], "");
        Assert.NotEqual(0, twice.Status);
        Assert.Contains("is planned already", twice.Error);
        Output status = await programs.RunAsync("rsh-server", ["status"], "");
        Assert.Contains($"host key {former}\nnext host key SHA256:", status.Text);
        Assert.Contains("the next host key is", string.Join('\n', programs.Log));

        // The process that keeps a connection learns it too.
        await RunAsync(programs, "run", "--persist=1m", programs.Host, "true");
        Assert.EndsWith($" {planned.Text.Trim()}", File.ReadAllLines(knownHosts)[^1]);
        Assert.Equal(2, File.ReadAllLines(knownHosts).Length);
        Output now = await programs.RunAsync("rsh-server", ["rotate-key", "--now"], "");
        Assert.Equal((0, planned.Text), (now.Status, now.Text));
        Assert.Contains($"it was {former}", now.Error);
        Assert.Contains("THE KEY HAS CHANGED", now.Error);
        Assert.NotEqual(former, await programs.FingerprintAsync());
        Output json = await programs.RunAsync("rsh-server", ["status", "--json"], "");
        JsonElement root = JsonDocument.Parse(json.Text).RootElement;
        Assert.Equal(await programs.FingerprintAsync(), root.GetProperty("host_key").GetString());
        Assert.False(root.TryGetProperty("next_host_key", out _));
        await RunAsync(programs, "run", programs.Host, "true");
        await RunAsync(programs, "run", "--persist=1m", programs.Host, "true");

        // An emergency: no client has learned this key.
        Assert.Equal(0, (await programs.RunAsync("rsh-server", ["rotate-key", "--now"], "")).Status);
        Output refused = await programs.ClientAsync("run", programs.Host, "true");
        Assert.Equal(255, refused.Status);
        Assert.Contains("HAS CHANGED", refused.Error);
    }

    [Fact]
    public async Task Wrong_times_of_a_rotation_are_refused()
    {
        await using Programs programs = await Programs.StartAsync();
        string[][] all = [["--now", "--after", "1h"], ["--after", "46d"], ["--after", "soon"], ["--after", "-1s"]];
        foreach (string[] arguments in all)
            Assert.Equal(2, (await programs.RunAsync("rsh-server", ["rotate-key", .. arguments], "")).Status);
        Assert.Equal(["host_key.pem"], Directory.GetFiles(Path.Combine(programs.Home, "server"), "host_key*").Select(Path.GetFileName));
    }

    [Fact]
    public async Task Host_certificate_replaces_the_question_about_a_new_server()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        using var folder = new TemporaryFolder();
        await using Programs programs = await Programs.StartAsync();
        string authority = SshKeygen.MakeKey(folder, "ed25519"), host = folder["host"];
        File.WriteAllText($"{host}.pub", (await programs.RunAsync("rsh-server", ["fingerprint", "--public"], "")).Text);
        SshKeygen.Certify(authority, host, "-h", "-I", "web1", "-n", "127.0.0.1");
        Assert.Equal(0, (await programs.RunAsync("rsh-server", ["stop"], "")).Status);
        await programs.StartServerAgainAsync("--host-certificate", $"{host}-cert.pub");
        string knownHosts = Path.Combine(programs.Home, "client", "known_hosts");
        File.WriteAllText(knownHosts, $"@cert-authority 127.0.0.1 {File.ReadAllText($"{authority}.pub")}");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(knownHosts, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await RunAsync(programs, "run", programs.Host, "true");
        Assert.Single(File.ReadAllLines(knownHosts));
        File.AppendAllText(knownHosts, $"@revoked * {File.ReadAllText($"{authority}.pub")}");
        Output refused = await programs.ClientAsync("run", "--accept-new", programs.Host, "true");
        Assert.Equal(255, refused.Status);
        Assert.Contains("IS REVOKED", refused.Error);

        Output check = await programs.RunAsync("rsh-server", ["run", "--check", "--host-certificate", $"{host}.pub"], "");
        Assert.NotEqual(0, check.Status);
        Assert.Contains("does not hold a certificate", check.Error);
    }

    [Fact]
    public async Task Invited_client_joins_a_server_with_a_host_certificate()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        using var folder = new TemporaryFolder();
        await using var programs = new Programs();
        string authority = SshKeygen.MakeKey(folder, "ed25519"), host = folder["host"];
        File.WriteAllText($"{host}.pub", (await programs.RunAsync("rsh-server", ["fingerprint", "--public"], "")).Text);
        // Also with a certificate that is for another name: the invitation names the key itself.
        foreach (string name in (string[])["127.0.0.1", "elsewhere.example"])
        {
            SshKeygen.Certify(authority, host, "-h", "-I", "web1", "-n", name);
            await programs.StartServerAsync("--host-certificate", $"{host}-cert.pub");
            string knownHosts = Path.Combine(programs.Home, "client", "known_hosts");
            Directory.CreateDirectory(Path.GetDirectoryName(knownHosts)!);
            File.WriteAllText(knownHosts, $"@cert-authority * {File.ReadAllText($"{authority}.pub")}");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(knownHosts, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                File.SetUnixFileMode(Path.GetDirectoryName(knownHosts)!, (UnixFileMode)0x1C0);
            }

            Output invited = await programs.RunAsync("rsh-server", ["invite", "--name", "anna", "--host", programs.Host], "");
            Output joined = await programs.ClientAsync(invited.Text.Trim().Split(' ')[1..]);
            Assert.Contains($"joined {programs.Host}", joined.Error);
            Assert.Equal(0, joined.Status);
            await RunAsync(programs, "run", programs.Host, "true");
            File.WriteAllText(Path.Combine(programs.Home, "server", "authorized_keys"), "");
            await programs.RunAsync("rsh-server", ["stop"], "");
        }
    }

    [Fact]
    public async Task Rotation_at_once_warns_of_open_invitations()
    {
        await using Programs programs = await Programs.StartAsync();
        Output invited = await programs.RunAsync("rsh-server", ["invite", "--host", programs.Host], "");
        Assert.DoesNotContain("invitations", (await programs.RunAsync("rsh-server", ["rotate-key"], "")).Error);
        Output now = await programs.RunAsync("rsh-server", ["rotate-key", "--now"], "");
        Assert.Contains("invitations that were made before and fail from now on: 1; make others with: rsh-server invite\n", now.Error);
        File.Delete(Path.Combine(programs.Home, "client", "known_hosts"));
        Output refused = await programs.ClientAsync(invited.Text.Trim().Split(' ')[1..]);
        Assert.Equal(255, refused.Status);
    }

    private static async Task RunAsync(Programs programs, params string[] arguments)
    {
        Output output = await programs.ClientAsync(arguments);
        Assert.Equal((0, ""), (output.Status, output.Error));
    }
}
