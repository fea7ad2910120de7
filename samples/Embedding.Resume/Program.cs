using RemoteShell.Client;

// Starts a job and leaves it; another process takes it up again:
//   Embedding.Resume [USER@]HOST[:PORT] start LINE    prints the job's id
//   Embedding.Resume [USER@]HOST[:PORT] attach JOB    shows all its output, and ends with its exit status
await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(args[0]);
if (args[1] == "start")
{
    Console.WriteLine(await client.Shell(args[2]).DetachAsync());
    return 0;
}

var fromTheStart = new Dictionary<OutputStream, long> { [OutputStream.StandardOutput] = 0, [OutputStream.StandardError] = 0 };
var streams = new CommandStreams { Output = Console.OpenStandardOutput(), Error = Console.OpenStandardError() };
await using RemoteJob job = await client.AttachAsync(args[2], fromTheStart, streams);
return (await job.Completion).ExitCode;
