using System.Text;

namespace RemoteShell.Server.Logging;

/// <summary>Stands for an exception in the log: its messages may quote a client.</summary>
internal sealed class SafeException : Exception
{
    private readonly string _text;

    private SafeException(string message, string text) : base(message) => _text = text;

    public static SafeException Of(Exception cause)
    {
        var text = new StringBuilder();
        for (Exception? one = cause; one is not null; one = one.InnerException)
            text.Append(one.GetType()).Append(": ").AppendLine(LogSanitizer.Of(one.Message)).AppendLine(one.StackTrace);
        return new(LogSanitizer.Of(cause.Message), text.ToString().TrimEnd());
    }

    public override string ToString() => _text;
}
