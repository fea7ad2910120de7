namespace ClassicServices.Client;

/// <summary>One row of the table: how a service is talked to.</summary>
/// <param name="Name">The service, as at the server.</param>
/// <param name="Port">Its default port.</param>
/// <param name="TalkAsync">Sends the lines that are typed, and prints what is answered.</param>
internal sealed record Dialog(string Name, int Port, Func<Place, Prompt, Task> TalkAsync);

/// <summary>Where the service is, and how patient we are.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">The port.</param>
/// <param name="OverUdp">Whether datagrams are wanted, where the service takes both.</param>
/// <param name="Patience">How long an answer is waited for that may never come.</param>
internal sealed record Place(string Host, int Port, bool OverUdp, TimeSpan Patience);
