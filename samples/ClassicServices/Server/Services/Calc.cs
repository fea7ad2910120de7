using System.Numerics;
using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>Sums and differences: <c>123 + 345</c> → <c>the result of &lt;&lt; 123 + 345 is 468 &gt;&gt;.</c></summary>
internal static class Calc
{
    public static Service Service { get; } = new("calc", 9988, "computes sums and differences", HandleAsync);

    private static async Task HandleAsync(Conversation talk, Gathering gathering, CancellationToken cancellationToken)
    {
        while (await talk.ReadMessageAsync(cancellationToken) is { } message)
        {
            string text = Characters.Utf8.GetString(message).Trim();
            // The last is how the original client says goodbye: ('127.0.0.1', 1739) is quit
            if (text is "" or "quit" or "exit" || (text.StartsWith('(') && text.EndsWith("is quit", StringComparison.Ordinal)))
                return;
            string answer = Evaluate(text) is { } result ? $"the result of << {text} is {result} >>." : $"<< {text} >> is invalid math expression";
            await talk.SendAsync(Characters.Utf8.GetBytes(answer));
        }
    }

    /// <summary>Numbers of any length, each behind any number of signs; null for what is no expression.</summary>
    public static BigInteger? Evaluate(string text)
    {
        if (text.AsSpan().ContainsAnyExcept("0123456789+- "))
            return null;
        BigInteger sum = 0;
        for (int i = 0; i < text.Length;)
        {
            int begin = i, sign = 1;
            for (; i < text.Length && text[i] is '+' or '-' or ' '; i++)
                sign = text[i] == '-' ? -sign : sign;
            // Between two numbers there is a sign; behind the last one there may be spaces, and nothing else.
            bool isSigned = text.AsSpan(begin, i - begin).ContainsAny('+', '-');
            if (i == text.Length ? isSigned || begin == 0 : begin > 0 && !isSigned)
                return null;
            int digits = i;
            while (i < text.Length && char.IsAsciiDigit(text[i]))
                i++;
            if (i > digits)
                sum += sign * BigInteger.Parse(text.AsSpan(digits, i - digits), System.Globalization.CultureInfo.InvariantCulture);
        }

        return text.Trim().Length == 0 ? null : sum;
    }
}
