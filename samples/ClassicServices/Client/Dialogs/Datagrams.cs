using System.Net;
using System.Net.Sockets;
using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>A datagram is a message, and may be lost: it is sent again until there is an answer, or no hope.</summary>
internal static class Datagrams
{
    private const int Attempts = 3;

    // The largest that IP can carry.
    private const int Largest = 65_507;

    public static Dialog Check { get; } = new("check", 6666, TalkAsync);

    public static async Task TalkAsync(Place place, Prompt prompt)
    {
        IPAddress address = (await Dns.GetHostAddressesAsync(place.Host))[0];
        while (await prompt.ReadAsync() is { } line)
        {
            byte[] message = Characters.Utf8.GetBytes(line);
            if (message.Length > Largest)
                throw new InvalidDataException($"a datagram holds {Largest} bytes, and the line has {message.Length}");
            // A socket for each question: an answer that comes late finds nobody.
            using var udp = new UdpClient(address.AddressFamily);
            udp.Connect(address, place.Port);
            prompt.Answer(Characters.Utf8.GetString(await AskAsync(udp, message, place.Patience)));
        }
    }

    private static async Task<byte[]> AskAsync(UdpClient udp, byte[] message, TimeSpan patience)
    {
        for (int i = 0; i < Attempts; i++)
        {
            await udp.SendAsync(message);
            using var time = new CancellationTokenSource(patience / Attempts);
            try
            {
                return (await udp.ReceiveAsync(time.Token)).Buffer;
            }
            catch (OperationCanceledException)
            {
                // Lost, on one way or the other.
            }
        }

        throw new IOException($"nobody answered {Attempts} datagrams");
    }
}
