using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Partials;

namespace RemoteShell.Files.Tests.Partials;

/// <summary>A process that writes a partial file until it is killed: the program of these tests, with a variable.</summary>
internal static class KilledWriter
{
    private const string Variable = "RSH_TEST_PARTIAL_WRITER";

    public static Process Start(string folder)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "RemoteShell.Files.Tests");
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        start.Environment[Variable] = folder;
        return Process.Start(start)!;
    }

    [ModuleInitializer]
    internal static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } path)
            return;
        using Folder folder = Folder.Open(Encoding.UTF8.GetBytes(path));
        using PartialFile file = PartialFile.Open(folder, TestFolder.Name("target"), Content.Source, Content.Size);
        var bytes = new byte[Content.Step];
        while (file.Length < Content.Size)
        {
            Content.Fill(file.Length, bytes);
            file.Write(bytes);
            if (file.Length % PartialFile.PieceLength == 0)
                Console.WriteLine(file.Length);
        }

        // Still not committed: the test kills the process.
        Thread.Sleep(Timeout.Infinite);
    }
}
