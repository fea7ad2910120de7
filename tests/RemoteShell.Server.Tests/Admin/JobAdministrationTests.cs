using Microsoft.Extensions.Logging.Abstractions;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Admin;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Tests.Jobs;

namespace RemoteShell.Server.Tests.Admin;

public sealed class JobAdministrationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly JobTable _table = new();
    private readonly JobAdministration _jobs;

    public JobAdministrationTests() => _jobs = new(
        _table, () => [], new(new ServerOptions { Folder = _folder.Path, KillGrace = TimeSpan.Zero }), NullLogger.Instance);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ambiguous_prefix_is_refused_with_the_ids()
    {
        Add("ab1", owner: 1);
        Add("ab2", owner: 2);
        AdminReply reply = await _jobs.KillAsync("ab", key: null, signal: null);
        Assert.Equal(("'ab' matches 2 jobs: ab1, ab2", "write more characters of the id"), (reply.Fault, reply.Cure));
        Assert.All(_table.All, job => Assert.Null(job.Cause));
    }

    [Fact]
    public async Task Id_that_two_keys_have_chosen_needs_the_key()
    {
        Job first = Add("same", owner: 1), second = Add("same", owner: 2);
        AdminReply reply = await _jobs.KillAsync("same", key: null, signal: null);
        Assert.Equal("name the key of the job with --key", reply.Cure);
        Assert.Contains(first.Owner.Fingerprint, reply.Fault);

        await _jobs.KillAsync("same", second.Owner.Fingerprint, signal: null);
        Assert.Null(first.Cause);
        Assert.Equal((Outcome.KilledByPolicy, "the server's administrator ended it"), (second.Cause?.Kind, second.Cause?.Reason));
    }

    [Fact]
    public async Task Whole_id_is_not_a_prefix_of_others()
    {
        Job job = Add("ab", owner: 1), longer = Add("abc", owner: 1);
        await _jobs.KillAsync("ab", key: null, signal: null);
        Assert.NotNull(job.Cause);
        Assert.Null(longer.Cause);
    }

    [Fact]
    public void List_of_a_key_has_its_jobs_only_and_the_name_from_the_file()
    {
        Add("a", owner: 1);
        Job job = Add("b", owner: 2);
        File.WriteAllText(_folder["authorized_keys"], $"{job.Owner} anna@laptop\n");
        ListedJob listed = Assert.Single(_jobs.List(all: false, job.Owner.Fingerprint).Jobs!);
        Assert.Equal(("b", "anna@laptop", "running"), (listed.Job, listed.Name, listed.State));
        Assert.Equal(2, _jobs.List(all: false, key: null).Jobs!.Count);
    }

    private Job Add(string id, int owner)
    {
        var record = new JobRecord
        {
            Id = id,
            Owner = "owner",
            Command = "true",
            Started = DateTimeOffset.UtcNow,
            OnDisconnect = "kill",
            OnFull = OnFull.Pause,
        };
        var job = new Job(record, TestKeys.Make(owner), runner: null, new Dictionary<string, JobOutput>());
        Assert.True(_table.TryAdd(job));
        return job;
    }
}
