using RemoteShell.Client;
using RemoteShell.Protocol.Transport;

// Runs two commands at once on one connection, and shows how they ended:  Embedding HOST[:PORT]
await using var client = await RemoteShellClient.ConnectAsync(new()
{
    Host = HostAddress.Parse(args[0]),
    Trust = new() { AcceptNew = true },
});

BufferedResult[] results = await Task.WhenAll(
    client.RunBufferedAsync(RemoteCommand.Exact("printf", "%s\n", "two words", "$HOME stays as it is")),
    client.RunBufferedAsync(RemoteCommand.Shell("echo a line for the shell; exit 3")));

foreach (BufferedResult result in results)
{
    Console.Write(result.Output);
    Console.WriteLine($"{result.Result.Outcome} {result.Result.ExitCode}, {result.Result.Streams["stdout"].Total} bytes, verified");
}
