using System.Globalization;
using System.Numerics;
using ClassicServices.Server.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>Adds and subtracts: <c>123 + 345</c> → <c>the result of &lt;&lt; 123 + 345 is 468 &gt;&gt;.</c></summary>
internal static class Calc
{
    public static Service Service { get; } = new("calc", 9988, "adds and subtracts", HandleAsync);

    private static async Task HandleAsync(Conversation client, ConnectedPeers peers, CancellationToken cancellationToken)
    {
        while (await client.ReadMessageAsync(cancellationToken) is { } message)
        {
            string text = Characters.Utf8.GetString(message).Trim();
            if (IsGoodbye(text))
                return;
            string answer = Evaluate(text) is { } result
                ? $"the result of << {text} is {result} >>."
                : $"<< {text} >> is invalid math expression";
            await client.SendAsync(Characters.Utf8.GetBytes(answer));
        }
    }

    // The original client says goodbye like this: ('127.0.0.1', 1739) is quit
    private static bool IsGoodbye(string text)
        => text is "" or "quit" or "exit" || (text.StartsWith('(') && text.EndsWith("is quit", StringComparison.Ordinal));

    /// <summary>Evaluates numbers of any length, each after any number of signs.</summary>
    /// <returns>The sum; null if the text is not an expression.</returns>
    public static BigInteger? Evaluate(string text)
    {
        if (text.Trim().Length == 0 || text.AsSpan().ContainsAnyExcept("0123456789+- "))
            return null;
        BigInteger sum = 0;
        int i = 0;
        while (i < text.Length)
        {
            int begin = i;
            int sign = 1;
            for (; i < text.Length && text[i] is '+' or '-' or ' '; i++)
                sign = text[i] == '-' ? -sign : sign;
            bool isSigned = text.AsSpan(begin, i - begin).ContainsAny('+', '-');
            if (i == text.Length)
            {
                // Only spaces may follow the last number.
                if (isSigned || begin == 0)
                    return null;
                break;
            }

            // There must be a sign between two numbers.
            if (begin > 0 && !isSigned)
                return null;
            int digits = i;
            while (i < text.Length && char.IsAsciiDigit(text[i]))
                i++;
            sum += sign * BigInteger.Parse(text.AsSpan(digits, i - digits), CultureInfo.InvariantCulture);
        }

        return sum;
    }
}
