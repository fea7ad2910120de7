using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>The memory that a request to run a command takes while the command runs.</summary>
internal static class ExecSize
{
    // An entry of a list or a dictionary, and the object of its text.
    private const int BytesOfItem = 64;

    /// <summary>The bytes of the command, the arguments and the variables, as objects.</summary>
    public static long Of(ExecRequest exec)
    {
        long bytes = BytesOf(exec.Command) + BytesOf(exec.Line) + BytesOf(exec.Cwd)
            + BytesOf(exec.Connect?.Text) + BytesOf(exec.Listen?.Text);
        foreach (string text in exec.Argv ?? exec.Builtin ?? [])
            bytes += BytesOf(text);
        foreach (string name in exec.Unset ?? [])
            bytes += BytesOf(name);
        foreach ((string name, string value) in exec.Env ?? new Dictionary<string, string>())
            bytes += BytesOf(name) + BytesOf(value);
        return bytes;
    }

    private static long BytesOf(string? text) => text is null ? 0 : BytesOfItem + ((long)text.Length * sizeof(char));
}
