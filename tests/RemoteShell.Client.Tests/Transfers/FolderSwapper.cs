using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>Exchanges a folder and a link again and again, as fast as it can, until it is disposed.</summary>
internal sealed class FolderSwapper : IAsyncDisposable
{
    private readonly string _folder, _template, _target;
    private readonly FileName _name = FileName.Of("swap"), _link = FileName.Of("swap-link"), _parked = FileName.Of("swap-parked");
    private readonly CancellationTokenSource _end = new();
    private readonly Task _swapping;
    private long _swaps;

    /// <summary>Starts.</summary>
    /// <param name="folder">The folder in which the name <c>swap</c> is one or the other.</param>
    /// <param name="template">What is in the folder <c>swap</c>: a folder that is copied.</param>
    /// <param name="target">Where the link leads.</param>
    public FolderSwapper(string folder, string template, string target)
    {
        (_folder, _template, _target) = (folder, template, target);
        Make();
        _swapping = Task.Factory.StartNew(Swap, TaskCreationOptions.LongRunning);
    }

    /// <summary>How often the link has taken the place of the folder.</summary>
    public long Swaps => Interlocked.Read(ref _swaps);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _swapping.Within();
        _end.Dispose();
    }

    private void Swap()
    {
        using Folder parent = Folder.Open(Encoding.UTF8.GetBytes(_folder));
        while (!_end.IsCancellationRequested)
        {
            try
            {
                parent.Rename(_name, parent, _parked);
                parent.Rename(_link, parent, _name);
                Interlocked.Increment(ref _swaps);
                parent.Rename(_name, parent, _link);
                parent.Rename(_parked, parent, _name);
            }
            catch (FileException)
            {
                // The test has removed or replaced one of them.
                MakeAgain();
            }
        }
    }

    private void MakeAgain()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                Make();
                return;
            }
            catch (IOException)
            {
                // The test writes there meanwhile.
            }
        }
    }

    private void Make()
    {
        foreach (FileName name in (FileName[])[_name, _link, _parked])
            Remove(Path.Combine(_folder, name.Escaped));
        string made = Path.Combine(_folder, _parked.Escaped);
        Directory.CreateDirectory(made);
        foreach (string file in Directory.EnumerateFiles(_template, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(made, Path.GetRelativePath(_template, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }

        Directory.Move(made, Path.Combine(_folder, _name.Escaped));
        File.CreateSymbolicLink(Path.Combine(_folder, _link.Escaped), _target);
    }

    private static void Remove(string path)
    {
        if (new FileInfo(path).LinkTarget is not null || File.Exists(path))
            File.Delete(path);
        else if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }
}
