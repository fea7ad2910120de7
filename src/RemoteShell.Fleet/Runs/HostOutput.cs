using RemoteShell.Fleet.Runs;

namespace RemoteShell.Fleet;

/// <summary>The files that keep the output of one host.</summary>
public sealed class HostOutput : IDisposable
{
    internal HostOutput(string outputPath, string errorPath, RunOrigin origin)
        => (Output, Error) = (new(outputPath, origin), new(errorPath, origin));

    internal KeptStream Output { get; }

    internal KeptStream Error { get; }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        Output.Dispose();
        Error.Dispose();
    }

    /// <summary>Closes the files, and returns when they are on the disk.</summary>
    internal void Keep()
    {
        Output.Keep();
        Error.Keep();
    }
}
