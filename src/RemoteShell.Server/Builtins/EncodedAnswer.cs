using System.Text;

namespace RemoteShell.Server.Builtins;

/// <summary>The result of a built-in in the client's encoding.</summary>
/// <param name="Code">The exit status.</param>
/// <param name="Output">The bytes for standard output.</param>
/// <param name="Error">The bytes for standard error.</param>
internal sealed record EncodedAnswer(int Code, byte[] Output, byte[] Error)
{
    /// <summary>Runs the built-in, and encodes its result.</summary>
    /// <remarks>If the encoding does not have a character of it, an error message replaces the whole result.</remarks>
    public static EncodedAnswer Of(Builtin builtin, BuiltinCall call, Encoding encoding)
    {
        BuiltinResult result = builtin.Run(call);
        try
        {
            return new(result.Code, encoding.GetBytes(result.Output), encoding.GetBytes(result.Error));
        }
        catch (EncoderFallbackException)
        {
            string text = $"{builtin.Name}: the answer has a character that {encoding.WebName} does not have\n";
            return new(result.Output.Length > 0 ? 1 : result.Code, [], Encoding.ASCII.GetBytes(text));
        }
    }
}
