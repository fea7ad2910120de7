namespace ClassicServices.Client.Conversations;

/// <summary>Where the service is, and how to reach it.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">The port.</param>
/// <param name="OverUdp">Whether to use UDP, if the service has both.</param>
/// <param name="AnswerTimeout">How long to wait for an answer that may never come.</param>
internal sealed record Target(string Host, int Port, bool OverUdp, TimeSpan AnswerTimeout);
