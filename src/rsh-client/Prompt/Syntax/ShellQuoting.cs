using System.Text;

namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>Quotes names for shell text. Control characters are written with <c>$'…'</c>, which dash does not know.</summary>
internal static class ShellQuoting
{
    private const string Special = " |&;<>()$`\\\"'*?[]#~=!{}^,%";

    /// <summary>The text behind the quote that is open, without the closing one; without an open quote, the start of a word.</summary>
    public static string Quote(string value, OpenQuote quote)
    {
        if (value.Length == 0)
            return "";
        if (quote == OpenQuote.None && value.Any(char.IsControl))
            return $"$'{Quote(value, OpenQuote.Ansi)}'";
        var text = new StringBuilder(value.Length + 8);
        foreach (char c in value)
            Append(text, c, quote);
        return text.ToString();
    }

    /// <summary>The characters that open the quotes, or none.</summary>
    public static string Opening(OpenQuote quote) => quote switch
    {
        OpenQuote.Single => "'",
        OpenQuote.Double => "\"",
        OpenQuote.Ansi => "$'",
        _ => "",
    };

    /// <summary>The character that closes the quotes, or none.</summary>
    public static string Closing(OpenQuote quote) => quote switch
    {
        OpenQuote.Single or OpenQuote.Ansi => "'",
        OpenQuote.Double => "\"",
        _ => "",
    };

    private static void Append(StringBuilder text, char c, OpenQuote quote)
    {
        switch (quote)
        {
            case OpenQuote.Single when char.IsControl(c):
                text.Append("'$'").Append(Escape(c)).Append("''");
                break;
            case OpenQuote.Double when char.IsControl(c):
                text.Append("\"$'").Append(Escape(c)).Append("'\"");
                break;
            case OpenQuote.Ansi when char.IsControl(c):
                text.Append(Escape(c));
                break;
            case OpenQuote.Single when c == '\'':
                text.Append("'\\''");
                break;
            case OpenQuote.Double when c is '"' or '$' or '`' or '\\':
            case OpenQuote.Ansi when c is '\'' or '\\':
            case OpenQuote.None when Special.Contains(c, StringComparison.Ordinal):
                text.Append('\\').Append(c);
                break;
            default:
                text.Append(c);
                break;
        }
    }

    private static string Escape(char c) => c switch
    {
        '\n' => "\\n",
        '\t' => "\\t",
        '\r' => "\\r",
        // Three octal digits of each byte: a digit that follows does not belong to them.
        _ => string.Concat(Encoding.UTF8.GetBytes([c]).Select(b => $"\\{Convert.ToString(b, 8).PadLeft(3, '0')}")),
    };
}
