using System.Net;
using System.Net.Sockets;
using RemoteShell.Client.Routes;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client;

/// <summary>How the bytes of a connection reach the server. What they carry is encrypted and verified from end to end.</summary>
public abstract class Route
{
    /// <summary>A TCP connection to the server.</summary>
    public static Route Direct { get; } = new DirectRoute(from: null, AddressFamily.Unspecified);

    /// <summary>A TCP connection from an address of this machine, or over one family of addresses only.</summary>
    /// <param name="from">The address of this machine; null: the system chooses one.</param>
    /// <param name="family"><c>InterNetwork</c>, <c>InterNetworkV6</c>, or <c>Unspecified</c> for both.</param>
    public static Route DirectFrom(IPAddress? from, AddressFamily family) => new DirectRoute(from, family);

    /// <summary>The standard input and output of a program, such as <c>ssh -W host:7022 bastion</c>.</summary>
    /// <param name="command">A command line for <c>/bin/sh</c>. Each connection starts it once. It inherits standard error.</param>
    public static Route Program(string command) => new ProgramRoute(command);

    /// <summary>The standard input and output of a program, without a shell.</summary>
    /// <remarks>
    /// If it ends before the server answers, the first line of its standard error is the message, and the second the hint. With exit
    /// status 0 or 75 it is started again, until <see cref="ClientOptions.ConnectTimeout"/> has passed.
    /// </remarks>
    /// <param name="program">The program: a path, or a name that is searched in PATH.</param>
    /// <param name="arguments">Its arguments, as they are. Each connection starts it once.</param>
    public static Route Executable(string program, IReadOnlyList<string> arguments) => new ExecutableRoute(program, arguments);

    /// <summary>Does what comes before, may ask a person and has time limits of its own, such as the connection to a jump host.</summary>
    /// <returns>The route for one <see cref="OpenAsync"/>, which must follow.</returns>
    /// <exception cref="Protocol.RemoteShellException">The server cannot be reached.</exception>
    internal virtual Task<Route> PrepareAsync(CancellationToken cancellationToken) => Task.FromResult(this);

    /// <summary>Opens a stream of bytes to the server. The caller disposes it.</summary>
    /// <exception cref="ConnectFailedException">The server cannot be reached.</exception>
    protected internal abstract Task<Stream> OpenAsync(HostAddress host, CancellationToken cancellationToken);
}
