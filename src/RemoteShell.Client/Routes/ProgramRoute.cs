using System.ComponentModel;
using System.Diagnostics;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Routes;

/// <summary>The standard input and output of a program.</summary>
/// <param name="command">A command line for <c>/bin/sh</c>.</param>
internal sealed class ProgramRoute(string command) : Route
{
    public override string ToString() => $"program {command}";

    protected internal override Task<Stream> OpenAsync(HostAddress host, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        // The shell makes room for the program, so that a signal reaches the program itself.
        string line = command.StartsWith("exec ", StringComparison.Ordinal) ? command : $"exec {command}";
        foreach (string word in (string[])["-c", line])
            start.ArgumentList.Add(word);
        try
        {
            Process process = Process.Start(start)!;
            return Task.FromResult<Stream>(new ProgramStream(process, new ShownEnd(command)));
        }
        catch (Win32Exception e)
        {
            throw new ConnectFailedException($"the proxy command cannot be started: {e.Message}", e) { Hint = $"it is: {command}" };
        }
    }
}
