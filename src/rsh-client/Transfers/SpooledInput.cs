using RemoteShell.Cli.Client.Streams;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>Standard input in a temporary file, in a folder that only this user can open. Disposing deletes both.</summary>
internal sealed class SpooledInput : IDisposable
{
    private readonly DirectoryInfo _folder;

    private SpooledInput(DirectoryInfo folder, string path) => (_folder, Path) = (folder, path);

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>Reads standard input to its end.</summary>
    /// <param name="name">The name of the file.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<SpooledInput> ReadAsync(string name, CancellationToken cancellationToken)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("rsh-client-");
        var spooled = new SpooledInput(folder, System.IO.Path.Combine(folder.FullName, name));
        try
        {
            await using FileStream file = File.Create(spooled.Path);
            await using Stream input = StandardStreams.Input;
            await input.CopyToAsync(file, cancellationToken);
            return spooled;
        }
        catch
        {
            spooled.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
