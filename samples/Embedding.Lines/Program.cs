using RemoteShell.Client;

// Runs a line in the shell of a server, and shows its lines as they arrive:  Embedding.Lines [USER@]HOST[:PORT] LINE
await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(args[0]);
OutputLines lines = client.Shell(args[1]).WithTimeout(TimeSpan.FromMinutes(10)).ReadLinesAsync();
await foreach (OutputLine line in lines)
    Console.WriteLine(line.IsError ? $"error: {line.Text}" : line.Text);

CommandResult result = await lines.Completion;
Console.WriteLine($"exit status {result.ExitCode}");
return result.ExitCode;
