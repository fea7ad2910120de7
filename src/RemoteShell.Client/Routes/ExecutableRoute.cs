using System.ComponentModel;
using System.Diagnostics;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Routes;

/// <summary>The standard input and output of a program, whose standard error says why it ended.</summary>
/// <param name="program">The program: a path, or a name that is searched in PATH.</param>
/// <param name="arguments">Its arguments.</param>
internal sealed class ExecutableRoute(string program, IReadOnlyList<string> arguments) : Route
{
    public override string ToString() => $"executable {string.Join(' ', arguments.Prepend(program))}";

    protected internal override Task<Stream> OpenAsync(HostAddress host, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            Process process = Process.Start(start)!;
            return Task.FromResult<Stream>(new ProgramStream(process, new ReportedEnd(program, process.StandardError)));
        }
        catch (Win32Exception e)
        {
            throw new ConnectFailedException($"{program} cannot be started: {e.Message}", e)
            {
                Hint = $"install {Path.GetFileName(program)} beside this program, or into a folder of PATH",
            };
        }
    }
}
