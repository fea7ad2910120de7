using RemoteShell.Client;

// Copies a file from a server, and verifies it with SHA-256:  Embedding.File [USER@]HOST[:PORT] PATH LOCAL
ClientOptions options = ClientOptions.Parse(args[0]) with { FileDigest = DigestAlgorithm.Sha256 };
await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options);
try
{
    RemoteFile file = await client.GetFileAsync(args[1], args[2]);
    Console.WriteLine($"{file.Size} bytes, {file.Digest}");
    return 0;
}
catch (RequestRefusedException e)
{
    Console.Error.WriteLine($"{e.Message}; {e.Hint}");
    return 1;
}
