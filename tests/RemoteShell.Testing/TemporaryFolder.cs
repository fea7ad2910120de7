namespace RemoteShell.Testing;

/// <summary>A temporary folder that is deleted at the end of the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(20);

    public string Path { get; } = Directory.CreateTempSubdirectory("rsh-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        long end = Environment.TickCount64 + (long)Waiting.Limit.TotalMilliseconds;
        while (!TryDelete(Environment.TickCount64 >= end))
            Thread.Sleep(RetryInterval);
    }

    // The supervisor of a detached job that was just ended writes its end into the folder meanwhile.
    private bool TryDelete(bool isLast)
    {
        try
        {
            Directory.Delete(Path, recursive: true);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return !Directory.Exists(Path);
        }
        catch (IOException) when (!isLast)
        {
            return false;
        }
    }
}
