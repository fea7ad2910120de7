using System.Net;
using System.Net.Sockets;
using ClassicServices.Client.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>A datagram is a message and may be lost. It is sent up to three times until there is an answer.</summary>
internal static class Datagrams
{
    private const int Attempts = 3;

    // The most bytes of a datagram over IP.
    private const int MaxBytes = 65_507;

    public static Dialog Check { get; } = new("check", 6666, RunAsync);

    public static async Task RunAsync(Target target, Prompt prompt)
    {
        IPAddress address = (await Dns.GetHostAddressesAsync(target.Host))[0];
        while (await prompt.ReadAsync() is { } line)
        {
            byte[] message = Characters.Utf8.GetBytes(line);
            if (message.Length > MaxBytes)
                throw new InvalidDataException($"the line has {message.Length} bytes; a datagram holds at most {MaxBytes}");
            // Each message has its own socket, so that a late answer is not taken for the next one.
            using var udp = new UdpClient(address.AddressFamily);
            udp.Connect(address, target.Port);
            byte[] answer = await AskAsync(udp, message, target.AnswerTimeout);
            prompt.PrintLine(Characters.Utf8.GetString(answer));
        }
    }

    private static async Task<byte[]> AskAsync(UdpClient udp, byte[] message, TimeSpan timeout)
    {
        for (int i = 0; i < Attempts; i++)
        {
            await udp.SendAsync(message);
            using var time = new CancellationTokenSource(timeout / Attempts);
            try
            {
                return (await udp.ReceiveAsync(time.Token)).Buffer;
            }
            catch (OperationCanceledException)
            {
                // The message or the answer was lost.
            }
        }

        throw new IOException($"no answer to {Attempts} datagrams");
    }
}
