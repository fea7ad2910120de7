using System.Diagnostics;
using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;

namespace RemoteShell.Files.Tests;

/// <summary>A temporary folder whose names may be any bytes. It is removed by rm, because System.IO cannot remove such names.</summary>
public sealed class TestFolder : IDisposable
{
    public TestFolder()
    {
        Path = Directory.CreateTempSubdirectory("rsh-test-").FullName;
        Folder = Folder.Open(Encoding.UTF8.GetBytes(Path));
    }

    public string Path { get; }

    public Folder Folder { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Runs a shell script in the folder.</summary>
    /// <returns>Its output.</returns>
    public byte[] Shell(string script) => Run("bash", Path, "-c", script);

    public void Write(string name, string text) => File.WriteAllText(this[name], text);

    public void Dispose()
    {
        Folder.Dispose();
        Run("rm", "/", "-rf", Path);
    }

    public static byte[] Run(string program, string folder, params string[] arguments)
    {
        using var process = new Process
        {
            StartInfo = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true },
        };
        process.Start();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        Assert.True(process.WaitForExit(Waiting.Limit), $"{program} did not end");
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }

    public static FileName Name(string text) => FileName.Of(text);
}
