using RemoteShell.Server.Jobs.Persistence;

namespace RemoteShell.Fuzzing.Targets;

/// <summary>The reader of the journal of jobs. A server must start, whatever the journal contains.</summary>
internal static class JournalFuzz
{
    private static readonly string Folder = Directory.CreateTempSubdirectory("rsh-fuzzing-").FullName;

    static JournalFuzz() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Folder, recursive: true);

    public static void Run(byte[] input)
    {
        string path = Path.Combine(Folder, "journal");
        File.WriteAllBytes(path, input);
        (JobJournal journal, _) = JobJournal.Open(path, _ => { });
        journal.Dispose();
        foreach (string file in Directory.GetFiles(Folder))
            File.Delete(file);
    }
}
