using System.Text;

namespace RemoteShell.Server.Processes;

/// <summary>A program whose texts are to reach it in another encoding than UTF-8, which all launchers speak: a small script of ASCII makes their bytes, and becomes the program.</summary>
internal static class EncodedSpecification
{
    /// <summary>The same program, given its texts in the encoding.</summary>
    /// <param name="plain">The program; its folder is one that exists.</param>
    /// <param name="folder">Another folder, whose name need not be ASCII; null: none.</param>
    /// <param name="encoding">Has ASCII as ASCII, and all characters of the texts.</param>
    public static ProcessSpecification Of(ProcessSpecification plain, string? folder, Encoding encoding)
    {
        var script = new StringBuilder();
        foreach ((string name, string value) in plain.Environment)
            if (!Ascii.IsValid(value) && IsName(name))
                script.Append(Assignment(name, value, encoding)).Append("export ").Append(name).Append("; ");
        if (folder is not null)
            script.Append(Assignment("__rsh_cwd", folder, encoding)).Append("cd -- \"$__rsh_cwd\" || exit 126; ");
        string[] words = [plain.Program, .. plain.Arguments];
        for (int i = 0; i < words.Length; i++)
            if (!Ascii.IsValid(words[i]))
                script.Append(Assignment($"__rsh_{i + 1}", words[i], encoding));
        script.Append("exec");
        for (int i = 0; i < words.Length; i++)
            script.Append(Ascii.IsValid(words[i]) ? $" \"${{{i + 1}}}\"" : $" \"$__rsh_{i + 1}\"");
        // What is not ASCII stands in the script; in its place goes a word that nobody reads.
        return plain with { Program = "/bin/sh", Arguments = ["-c", script.ToString(), "sh", .. words.Select(word => Ascii.IsValid(word) ? word : "-")] };
    }

    // A dot keeps the line ends at the text's end, which a shell would take away; it is taken away instead.
    private static string Assignment(string name, string text, Encoding encoding)
    {
        var bytes = new StringBuilder();
        foreach (byte one in encoding.GetBytes(text))
            bytes.Append(char.IsAsciiLetterOrDigit((char)one) ? ((char)one).ToString() : $"\\0{Convert.ToString(one, 8).PadLeft(3, '0')}");
        return $"{name}=$(printf %b '{bytes}.'); {name}=${{{name}%.}}; ";
    }

    private static bool IsName(string name) => !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
