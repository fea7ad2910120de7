using System.Globalization;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Transfers;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Client.Transfers;

/// <summary>Opens local paths, which begin in the current folder.</summary>
internal static class LocalPaths
{
    /// <summary>Where local paths begin.</summary>
    public static FileRoot Root() => FileRoot.Home(Environment.CurrentDirectory);

    /// <summary>The bytes of a local path. A <c>~</c> is a name here: the local shell has expanded the others.</summary>
    public static byte[] Bytes(string path) => PathText.ToBytes(path.StartsWith('~') ? $"./{path}" : path);

    /// <summary>A path that exists, from the root of the file system on, without a slash at its end.</summary>
    public static string Full(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    /// <summary>This machine and the file system of a path that exists, as a text that hardly another machine has.</summary>
    public static string Machine(string path)
    {
        const string id = "/etc/machine-id";
        string machine = File.Exists(id) ? File.ReadAllText(id) : "";
        using FileLocation location = Root().Locate(Bytes(path));
        FileEntry? entry = location.TryStat();
        string user = $"{Environment.MachineName} {machine.Trim()} {Environment.UserName}";
        return string.Create(CultureInfo.InvariantCulture, $"{user} {entry?.Device} {entry?.Inode}");
    }

    /// <summary>Opens the sources of an upload. The caller disposes them.</summary>
    /// <exception cref="FileRequestException">None exists, or can be opened.</exception>
    public static SourceList Open(IReadOnlyList<string> paths, TransferRules rules)
    {
        var sources = new SourceList();
        foreach (string path in paths)
            sources.Add(Root(), Bytes(path), followsLink: !rules.Recursive);
        try
        {
            sources.RequireAny();
            return sources;
        }
        catch (FileException e)
        {
            sources.Dispose();
            throw new FileRequestException(e.Fault, e.Message) { Hint = e.Hint };
        }
    }
}
