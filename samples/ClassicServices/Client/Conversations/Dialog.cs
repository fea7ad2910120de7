namespace ClassicServices.Client.Conversations;

/// <summary>One row of the table of clients: the client's half of a service.</summary>
/// <param name="Name">The name of the service, as at the server.</param>
/// <param name="Port">Its default port.</param>
/// <param name="RunAsync">Sends the typed lines, and prints the answers.</param>
internal sealed record Dialog(string Name, int Port, Func<Target, Prompt, Task> RunAsync);
