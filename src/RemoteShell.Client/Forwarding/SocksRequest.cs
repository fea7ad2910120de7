using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace RemoteShell.Client.Forwarding;

/// <summary>Reads what a SOCKS client (4, 4a or 5) asks for, byte by byte. Does no I/O.</summary>
internal sealed class SocksRequest
{
    // A user's name in SOCKS 4 and a host in 4a have no limit of their own. With the longest name in the domain name system.
    private const int MaxTextLength = 255;

    private const byte Version4 = 4;
    private const byte Version5 = 5;
    private const byte ConnectCommand = 1;
    private const byte BindCommand = 2;
    private const byte UdpCommand = 3;
    private const byte NoAuthentication = 0;
    private const byte NoMethodFits = 0xFF;

    private readonly List<byte> _bytes = [];
    private int _needed = 1;
    private Func<Step> _next;
    private bool _readsText;
    private byte _command;

    // What to send to the client at once.
    private byte[] _answer = [];

    /// <summary>Makes a reader that waits for the first byte.</summary>
    public SocksRequest() => _next = ReadVersion;

    private enum Step
    {
        Goes,
        Ends,
    }

    /// <summary>Whether the request is complete, or has a fault: it takes no more bytes.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The host that the client asks for; null if the request has a fault.</summary>
    public string? Host { get; private set; }

    /// <summary>The port that the client asks for.</summary>
    public int Port { get; private set; }

    /// <summary>What is wrong with the request, for people; null if nothing is.</summary>
    public string? Fault { get; private set; }

    /// <summary>The reply to send for the fault before the connection is closed; empty: none.</summary>
    public byte[] FaultReply { get; private set; } = [];

    /// <summary>The version: 4 or 5; 0 before it is known.</summary>
    public int Version { get; private set; }

    /// <summary>Takes the next bytes.</summary>
    /// <param name="bytes">What has arrived.</param>
    /// <param name="reply">Receives what to send to the client now; empty: nothing.</param>
    /// <returns>How many bytes were taken. Those that follow a complete request belong to the connection.</returns>
    public int Take(ReadOnlySpan<byte> bytes, out byte[] reply)
    {
        reply = [];
        for (int i = 0; i < bytes.Length; i++)
        {
            if (IsComplete)
                return i;
            _bytes.Add(bytes[i]);
            bool isEnough = _readsText ? bytes[i] == 0 : _bytes.Count == _needed;
            if (!isEnough && _readsText && _bytes.Count > MaxTextLength)
            {
                Refuse($"a text of more than {MaxTextLength} bytes", Socks4Reply(SocksReply.Failed));
                return i + 1;
            }

            if (!isEnough)
                continue;
            IsComplete = _next() == Step.Ends;
            if (_answer.Length == 0)
                continue;
            reply = _answer;
            _answer = [];
        }

        return bytes.Length;
    }

    /// <summary>The reply to a complete request without a fault.</summary>
    public byte[] Reply(SocksReply result) => Version == Version4 ? Socks4Reply(result) : Socks5Reply((byte)result);

    private Step ReadVersion()
    {
        byte version = _bytes[0];
        if (version is not (Version4 or Version5))
            return Refuse("the first byte is not a version of SOCKS", []);
        Version = version;
        return version == Version4 ? Expect(7, ReadSocks4) : Expect(1, ReadMethodCount);
    }

    // Command, port, address.
    private Step ReadSocks4()
    {
        _command = _bytes[0];
        Port = BinaryPrimitives.ReadUInt16BigEndian([_bytes[1], _bytes[2]]);
        byte[] address = [.. _bytes[3..7]];
        return ExpectText(() =>
        {
            // The addresses 0.0.0.1 to 0.0.0.255 say that a name follows the user.
            if (address is [0, 0, 0, not 0])
                return ExpectText(() => Finish(TextOf(_bytes[..^1])));
            return Finish(new IPAddress(address).ToString());
        });
    }

    private Step ReadMethodCount() => _bytes[0] == 0 ? ReadMethods([]) : Expect(_bytes[0], () => ReadMethods(_bytes));

    private Step ReadMethods(IReadOnlyList<byte> methods)
    {
        if (!methods.Contains(NoAuthentication))
            return Refuse("the client wants to authenticate, which is not needed here", [Version5, NoMethodFits]);
        _answer = [Version5, NoAuthentication];
        return Expect(4, ReadSocks5);
    }

    // Version, command, reserved, kind of address.
    private Step ReadSocks5()
    {
        if (_bytes[0] != Version5)
            return Refuse("the version of the request is not 5", Socks5Reply((byte)SocksReply.Failed));
        _command = _bytes[1];
        return _bytes[3] switch
        {
            1 => Expect(4, () => ReadPort(new IPAddress([.. _bytes]).ToString())),
            4 => Expect(16, () => ReadPort(new IPAddress([.. _bytes]).ToString())),
            3 => Expect(1, () => _bytes[0] == 0 ? ReadPort("") : Expect(_bytes[0], () => ReadPort(TextOf(_bytes)))),
            _ => Refuse("the kind of the address is not known", Socks5Reply((byte)SocksReply.AddressNotSupported)),
        };
    }

    private Step ReadPort(string? host) => Expect(2, () =>
    {
        Port = BinaryPrimitives.ReadUInt16BigEndian([_bytes[0], _bytes[1]]);
        return Finish(host);
    });

    private Step Finish(string? host)
    {
        if (_command != ConnectCommand)
        {
            string name = _command switch
            {
                BindCommand => "BIND",
                UdpCommand when Version == Version5 => "UDP ASSOCIATE",
                _ => $"the command {_command}",
            };
            return Refuse($"the client asks for {name}, and only CONNECT (TCP) is carried", Reply(SocksReply.CommandNotSupported));
        }

        if (string.IsNullOrEmpty(host) || Port == 0)
            return Refuse("the client asks for an address that is not valid", Reply(SocksReply.Failed));
        Host = host;
        return Step.Ends;
    }

    private Step Refuse(string fault, byte[] reply)
    {
        (Fault, FaultReply, IsComplete) = (fault, reply, true);
        return Step.Ends;
    }

    private Step Expect(int count, Func<Step> next)
    {
        _bytes.Clear();
        (_needed, _next, _readsText) = (count, next, false);
        return Step.Goes;
    }

    private Step ExpectText(Func<Step> next)
    {
        _bytes.Clear();
        (_next, _readsText) = (next, true);
        return Step.Goes;
    }

    // Null: not the name of a host.
    private static string? TextOf(IReadOnlyList<byte> bytes)
        => bytes.All(b => b is > (byte)' ' and < 0x7F) ? Encoding.ASCII.GetString([.. bytes]) : null;

    // The address that a reply has means nothing for CONNECT.
    private static byte[] Socks5Reply(byte code) => [Version5, code, 0, 1, 0, 0, 0, 0, 0, 0];

    private static byte[] Socks4Reply(SocksReply result) => [0, (byte)(result == SocksReply.Granted ? 90 : 91), 0, 0, 0, 0, 0, 0];
}
