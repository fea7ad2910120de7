using System.Text.Json;
using RemoteShell.EndToEnd.Survival;

namespace RemoteShell.EndToEnd.FileTests;

/// <summary>put --owner and -X to a server that may not give files away, nor set the attributes of the superuser.</summary>
public sealed class OwnerTransferTests : IAsyncLifetime
{
    private const int User = 12321, Entries = 4;
    private const string Warning = "rsh-client: the owner or group of 4 could not be set: not known at the target, or not allowed there\n";

    private Programs _programs = null!;
    private OtherUser? _user;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OtherUser.Obstacle is null, OtherUser.Obstacle ?? "");
        _programs = new();
        _user = await OtherUser.CreateAsync(_programs, User);
        await _user.StartServerAsync(_programs);
        const string script = "mkdir -p s/d && echo 1 > s/f && ln -s f s/link && chmod 6755 s/f && mkdir -m 777 there";
        Assert.Equal(0, (await _programs.ShellAsync(script)).Status);
    }

    public async ValueTask DisposeAsync()
    {
        if (_programs is null)
            return;
        await _programs.DisposeAsync();
        _user?.Dispose();
    }

    [Fact]
    public async Task Owner_that_may_not_be_set_is_told_once_and_is_not_a_failure()
    {
        foreach (string outcome in (string[])["transferred", "unchanged"])
        {
            Output output = await PutAsync("--owner", "--json");
            Assert.Equal((0, Warning), (output.Status, output.Error));
            JsonElement[] lines = [.. output.Text.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
            JsonElement totals = lines[^1].GetProperty("totals");
            Assert.Equal((Entries, Entries, 0), (Total(outcome), Total("other_owner"), Total("failed")));
            Assert.All(lines[..^1], line => Assert.True(line.GetProperty("other_owner").GetBoolean()));

            int Total(string name) => totals.GetProperty(name).GetInt32();
        }

        Output owners = await _programs.ShellAsync("cd there && stat -c '%n %u %a' s s/d s/f s/link");
        // The file must not run with the rights of another owner.
        Assert.Equal($"s {User} 755\ns/d {User} 755\ns/f {User} 755\ns/link {User} 777\n", owners.Text);
    }

    [Fact]
    public async Task Attribute_that_may_not_be_set_is_told_once_and_is_not_a_failure()
    {
        const string script = """
            import os
            for path in ["s/f", "s/d", "s/link"]:
                os.setxattr(path, "trusted.rsh", b"1", follow_symlinks=False)
            os.setxattr("s/f", "user.rsh", b"2")
            """;
        Output made = await _programs.ShellAsync($"python3 -c '{script}'");
        Assert.SkipUnless(made.Status == 0, $"the file system has no such attributes: {made.Error}");
        foreach (string outcome in (string[])["transferred", "unchanged"])
        {
            Output output = await PutAsync("-X", "--json");
            const string said = "rsh-client: some extended attributes of 3 could not be set: "
                + "not allowed at the target, or not known to its file system\n";
            Assert.Equal((0, said), (output.Status, output.Error));
            JsonElement[] lines = [.. output.Text.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
            Assert.Equal(3, lines[..^1].Count(line => line.TryGetProperty("other_xattrs", out JsonElement other) && other.GetBoolean()));
            Assert.Equal(3, lines[^1].GetProperty("totals").GetProperty("other_xattrs").GetInt32());
            Assert.Equal(Entries, lines[^1].GetProperty("totals").GetProperty(outcome).GetInt32());
        }

        Output kept = await _programs.ShellAsync("python3 -c 'import os; print(os.listxattr(\"there/s/f\"))'");
        Assert.Equal("['user.rsh']\n", kept.Text);
    }

    [Fact]
    public async Task Dry_run_announces_nothing_that_may_not_be_set()
    {
        await PutAsync("--owner");
        await _programs.ShellAsync("chmod 700 s/d");
        Output plan = await PutAsync("--owner", "-n");
        Assert.Equal((0, "would set mode of s/d\n", Warning), (plan.Status, plan.Text, plan.Error));
        await PutAsync("--owner");
        Assert.Equal((0, "", Warning), (await PutAsync("--owner", "-n")) is var again ? (again.Status, again.Text, again.Error) : default);
    }

    [Fact]
    public async Task What_may_not_be_set_is_told_for_each_host_of_a_set()
    {
        // At the second address nothing listens.
        string host = _programs.Host, set = host.Replace("127.0.0.1", "127.0.0.[1-2]", StringComparison.Ordinal);
        Output output = await _programs.ClientAsync("put", "-r", "--owner", "--accept-new", "s", $"{set}:{_programs.Home}/there");
        Assert.Single(output.Error.Split('\n'), $"rsh-client: {host}: {Warning["rsh-client: ".Length..^1]}");
    }

    [Fact]
    public async Task Quiet_transfer_does_not_tell_owners_that_may_not_be_set()
    {
        Output output = await PutAsync("--owner", "-q");
        Assert.Equal((0, "", ""), (output.Status, output.Text, output.Error));
    }

    private Task<Output> PutAsync(params string[] options)
        => _programs.ClientAsync(["put", "-r", .. options, "s", $"{_programs.Host}:{_programs.Home}/there"]);
}
