using System.Text;

namespace RemoteShell.Server.Processes;

/// <summary>Wraps a program whose arguments, variables or folder must reach it in an encoding other than UTF-8.</summary>
/// <remarks>All launchers pass UTF-8. So a small script in ASCII makes the bytes with printf(1), and then executes the program.</remarks>
internal sealed class EncodedCommand
{
    // Linux takes at most 128 KiB in one argument; the script writes a byte as five characters.
    private const int PieceBytes = 20 * 1024;

    private readonly Encoding _encoding;
    private readonly StringBuilder _script = new();
    private readonly List<string> _words = [];

    private EncodedCommand(Encoding encoding) => _encoding = encoding;

    /// <summary>Returns the same program, which receives its texts in the encoding.</summary>
    /// <param name="plain">The program; its working directory exists.</param>
    /// <param name="folder">The folder to change to from that working directory, whose name need not be ASCII; null: none.</param>
    /// <param name="variables">The variables to encode. All others are the system's and stay as they are.</param>
    /// <param name="encoding">Encodes ASCII as ASCII, and has all characters of the texts.</param>
    public static ProcessSpec Of(ProcessSpec plain, string? folder, IEnumerable<string> variables, Encoding encoding)
    {
        var made = new EncodedCommand(encoding);
        foreach (string name in variables)
        {
            if (plain.Environment.TryGetValue(name, out string? value) && !Ascii.IsValid(value))
                made._script.Append(made.Assignment(name, value)).Append("export ").Append(name).Append("; ");
        }

        if (folder is not null)
            made._script.Append(made.Assignment("__rsh_cwd", folder)).Append("cd -- \"$__rsh_cwd\" || exit 126; ");
        var last = new StringBuilder("exec");
        string[] words = [plain.Program, .. plain.Arguments];
        for (int i = 0; i < words.Length; i++)
            last.Append(' ').Append(made.Word(words[i], $"__rsh_{i}"));
        return plain with { Program = "/bin/sh", Arguments = ["-c", $"{made._script}{last}", "sh", .. made._words] };
    }

    /// <summary>Whether a shell can have a variable of that name.</summary>
    public static bool IsName(string name) => !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private string Word(string text, string name)
    {
        // A text that the encoding cannot write did not come from the client: it is a path of the system's, and stays in UTF-8.
        if (Ascii.IsValid(text) || !CanEncode(text))
            return $"\"{Parameter(text)}\"";
        _script.Append(Assignment(name, text));
        return $"\"${name}\"";
    }

    private bool CanEncode(string text)
    {
        try
        {
            _encoding.GetByteCount(text);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    // A shell removes line ends at the end of $(...). So a dot follows the text, and ${name%.} removes the dot.
    private string Assignment(string name, string text)
    {
        byte[] bytes = _encoding.GetBytes(text);
        IEnumerable<string> pieces = bytes.Chunk(PieceBytes).Select(piece => Parameter(string.Concat(piece.Select(Escape))));
        return $"{name}=$(printf %b \"{string.Concat(pieces)}.\"); {name}=${{{name}%.}}; ";
    }

    // Passes the text as an argument of the script, where the shell does not interpret it; returns the parameter's expansion.
    private string Parameter(string text)
    {
        _words.Add(text);
        return $"${{{_words.Count}}}";
    }

    private static string Escape(byte one)
        => char.IsAsciiLetterOrDigit((char)one) ? ((char)one).ToString() : $"\\0{Convert.ToString(one, 8).PadLeft(3, '0')}";
}
