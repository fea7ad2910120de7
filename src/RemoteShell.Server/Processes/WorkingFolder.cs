using System.Runtime.InteropServices;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes;

/// <summary>Checks a folder in which a command is to start.</summary>
internal static class WorkingFolder
{
    /// <summary>Returns why no command can start in the folder; null if one can.</summary>
    public static string? Fault(string folder)
    {
        if (OperatingSystem.IsWindows() || FileCalls.Access(folder, FileCalls.MayExecute) == 0)
        {
            if (Directory.Exists(folder))
                return null;
            return File.Exists(folder) ? "the working directory is not a directory" : "no such working directory";
        }

        int error = Marshal.GetLastPInvokeError();
        if (File.Exists(folder))
            return "the working directory is not a directory";
        return error switch
        {
            FileCalls.NoEntry => "no such working directory",
            FileCalls.NotAllowed => "the server's user may not enter the working directory (permission denied)",
            _ => $"the working directory cannot be used: {Marshal.GetPInvokeErrorMessage(error)}",
        };
    }
}
