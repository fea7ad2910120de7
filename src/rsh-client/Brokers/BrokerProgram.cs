namespace RemoteShell.Cli.Client.Brokers;

/// <summary>Finds <c>rsh-broker</c>: beside this program, or in PATH.</summary>
internal static class BrokerProgram
{
    private static readonly Lazy<string> Found = new(Find);

    private static string FileName => OperatingSystem.IsWindows() ? "rsh-broker.exe" : "rsh-broker";

    /// <summary>The path of the program, or its name for a search in PATH.</summary>
    public static string Location => Found.Value;

    private static string Find()
    {
        string beside = Path.Combine(Path.GetDirectoryName(Environment.ProcessPath) ?? "", FileName);
        return File.Exists(beside) ? beside : FileName;
    }
}
