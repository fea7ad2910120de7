using RemoteShell.Client;
using RemoteShell.Protocol.Transport;

// Runs two commands at once on one connection, and shows how they ended:  Embedding HOST[:PORT]
await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(new ClientOptions
{
    Host = HostAddress.Parse(args[0]),
    Trust = new() { AcceptNew = true },
});

BufferedResult[] results = await Task.WhenAll(
    client.Command("printf", "%s\n", "two words", "$HOME stays as it is").ExecuteBufferedAsync(),
    client.Shell("echo a line for the shell; exit 3").ExecuteBufferedAsync());

foreach (BufferedResult result in results)
{
    Console.Write(result.Output);
    long bytes = result.Result.Streams[OutputStream.StandardOutput].Bytes;
    Console.WriteLine($"{result.Result.OutcomeName} {result.ExitCode}, {bytes} bytes, verified");
}
