using System.Text;

namespace RemoteShell.EndToEnd;

/// <summary>The exit status and the output of a program that has ended.</summary>
public sealed record Output(int Status, byte[] Bytes, string Error)
{
    public string Text => Encoding.UTF8.GetString(Bytes);
}
