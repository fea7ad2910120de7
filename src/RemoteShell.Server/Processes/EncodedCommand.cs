using System.Text;

namespace RemoteShell.Server.Processes;

/// <summary>A program whose texts are to reach it in another encoding than UTF-8, which all launchers speak: a small script of ASCII makes their bytes, and becomes the program.</summary>
internal sealed class EncodedCommand
{
    // Linux takes 128 KiB in one argument; a byte is written as five characters.
    private const int PieceBytes = 20 * 1024;

    private readonly Encoding _encoding;
    private readonly StringBuilder _script = new();
    private readonly List<string> _words = [];

    private EncodedCommand(Encoding encoding) => _encoding = encoding;

    /// <summary>The same program, given its texts in the encoding.</summary>
    /// <param name="plain">The program; its folder is one that exists.</param>
    /// <param name="folder">Another folder, from that one on, whose name need not be ASCII; null: none.</param>
    /// <param name="variables">The variables that are to be encoded. The others are the system's, and stay as they are.</param>
    /// <param name="encoding">Has ASCII as ASCII, and all characters of the texts.</param>
    public static ProcessSpec Of(ProcessSpec plain, string? folder, IEnumerable<string> variables, Encoding encoding)
    {
        var made = new EncodedCommand(encoding);
        foreach (string name in variables)
            if (plain.Environment.TryGetValue(name, out string? value) && !Ascii.IsValid(value))
                made._script.Append(made.Assignment(name, value)).Append("export ").Append(name).Append("; ");
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
        // What the encoding does not have was not asked for by anybody: a path of the system's.
        if (Ascii.IsValid(text) || !CanEncode(text))
            return $"\"{Place(text)}\"";
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

    // A dot keeps the line ends at the text's end, which a shell would take away; it is taken away instead.
    private string Assignment(string name, string text)
    {
        byte[] bytes = _encoding.GetBytes(text);
        IEnumerable<string> pieces = bytes.Chunk(PieceBytes).Select(piece => Place(string.Concat(piece.Select(Escaped))));
        return $"{name}=$(printf %b \"{string.Concat(pieces)}.\"); {name}=${{{name}%.}}; ";
    }

    // An argument of the script's, where no shell reads it.
    private string Place(string word)
    {
        _words.Add(word);
        return $"${{{_words.Count}}}";
    }

    private static string Escaped(byte one) => char.IsAsciiLetterOrDigit((char)one) ? ((char)one).ToString() : $"\\0{Convert.ToString(one, 8).PadLeft(3, '0')}";
}
