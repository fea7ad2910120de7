using RemoteShell.Cli.Failures;
using RemoteShell.Client;
using RemoteShell.Fleet;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Writes the output of each host to <c>HOST.out</c> and <c>HOST.err</c> in a folder when the host has ended.</summary>
/// <remarks>Output that is not verified gets the name <c>HOST.out.partial</c>.</remarks>
/// <param name="folder">The folder; it is created.</param>
internal sealed class FolderView(string folder) : FleetView
{
    /// <summary>Creates the folder, before anything runs.</summary>
    /// <exception cref="RemoteShellException">It cannot be created.</exception>
    public void Create()
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new RemoteShellException($"--out: {FileFailure.Describe(e)}", e) { Hint = "nothing was started" };
        }
    }

    public override async Task EndAsync(HostVerdict verdict, KeptOutput kept)
    {
        if (verdict.Kind == VerdictKind.Skipped)
            return;
        await WriteAsync(verdict, kept, OutputStream.StandardOutput, "out");
        await WriteAsync(verdict, kept, OutputStream.StandardError, "err");
    }

    private async Task WriteAsync(HostVerdict verdict, KeptOutput kept, OutputStream stream, string kind)
    {
        string path = Path.Combine(folder, $"{verdict.Host}.{kind}"), partial = $"{path}.partial";
        await using (FileStream file = File.Create(partial))
            await kept.CopyAsync(verdict.Host, stream, file);
        if (verdict.Streams.ContainsKey(stream))
            File.Move(partial, path, overwrite: true);
        else if (new FileInfo(partial).Length == 0)
            File.Delete(partial);
    }
}
