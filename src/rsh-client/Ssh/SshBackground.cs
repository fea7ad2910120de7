using System.Diagnostics;
using System.IO.Pipes;
using RemoteShell.Cli.Client.Native;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Native;
using RemoteShell.Cli.Start;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>Goes on in the background once the connection and the forwards are there (<c>-f</c>).</summary>
/// <remarks>
/// A second process does the work, since a process of .NET cannot fork. The first one waits until the second says that it is ready, or
/// ends with its status.
/// </remarks>
internal static class SshBackground
{
    // The pipe on which the second process says that it is ready.
    private const string Variable = "RSH_SSH_READY";

    // F_SETFD
    private const int SetFlags = 2;

    private static readonly AnonymousPipeClientStream? ToFirst = Open();

    /// <summary>Whether this is the second process.</summary>
    public static bool IsSecond => ToFirst is not null;

    /// <summary>Starts the second process, and waits for it.</summary>
    /// <param name="args">The arguments of ssh.</param>
    /// <returns>The exit status of this process.</returns>
    public static async Task<int> StartAsync(IReadOnlyList<string> args)
    {
        using var ready = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        var start = new ProcessStartInfo(Environment.ProcessPath!, [SshProgram.Command, .. args]);
        start.Environment[Variable] = ready.GetClientHandleAsString();
        using Process second = Process.Start(start)!;
        ready.DisposeLocalCopyOfClientHandle();
        if (await ready.ReadAsync(new byte[1]) == 1)
            return 0;
        await second.WaitForExitAsync();
        return second.ExitCode == 0 ? ExitStatus.NoConnection : second.ExitCode;
    }

    /// <summary>In the second process: leaves the terminal, and lets the first process end. Else nothing happens.</summary>
    public static void Enter()
    {
        if (ToFirst is null)
            return;
        _ = LibC.SetSid();
        StandardDescriptors.Release(LibC.StandardInput);
        using (ToFirst)
            ToFirst.WriteByte(1);
    }

    /// <summary>Lets go of standard output and error, for whose end a script may wait. Nothing is shown any more.</summary>
    public static void ReleaseOutputs()
    {
        StandardDescriptors.Release(LibC.StandardOutput);
        StandardDescriptors.Release(LibC.StandardError);
    }

    // Programs that this one starts must not hold the pipe.
    private static AnonymousPipeClientStream? Open()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } handle)
            return null;
        Environment.SetEnvironmentVariable(Variable, null);
        try
        {
            var pipe = new AnonymousPipeClientStream(PipeDirection.Out, handle);
            _ = DescriptorCalls.Fcntl((int)pipe.SafePipeHandle.DangerousGetHandle(), SetFlags, DescriptorCalls.CloseOnExec);
            return pipe;
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException or FormatException)
        {
            // A variable that was left over from somewhere else.
            return null;
        }
    }
}
