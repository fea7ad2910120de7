using System.Text;

namespace RemoteShell.Fleet.Nodes;

/// <summary>A file of node sets: one or more in a line; # begins a comment.</summary>
internal static class NodeFile
{
    private const string HomePrefix = "~/";

    private static string Home
        => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);

    /// <summary>The lines of a file that are not empty, without their comments.</summary>
    /// <param name="path">A path; <c>~/</c> is the home folder.</param>
    /// <exception cref="NodeSetException">The file cannot be read, or is too large.</exception>
    public static IEnumerable<(int Number, string Text)> Read(string path) => LinesOf(ReadText(path));

    /// <summary>The lines of a text that are not empty, without their comments.</summary>
    public static IEnumerable<(int Number, string Text)> LinesOf(string text)
        => text.Split('\n').Select((line, i) => (i + 1, line.Split('#', 2)[0].Trim())).Where(line => line.Item2.Length > 0);

    private static string ReadText(string path)
    {
        try
        {
            // A pipe has no length.
            using var reader = new StreamReader(FullPath(path));
            var text = new StringBuilder();
            char[] block = new char[64 * 1024];
            while (reader.Read(block) is > 0 and var count)
            {
                text.Append(block, 0, count);
                if (text.Length > NodeLimits.MaxFileLength)
                    throw NodeLimits.TooMany($"'{path}' is longer than {NodeLimits.MaxFileLength:N0} characters");
            }

            return text.ToString();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new NodeSetException($"cannot read the nodes of '{path}': {e.Message}");
        }
    }

    private static string FullPath(string path)
        => path.StartsWith(HomePrefix, StringComparison.Ordinal) ? Path.Combine(Home, path[HomePrefix.Length..]) : path;
}
