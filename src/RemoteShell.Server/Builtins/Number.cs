using System.Globalization;
using System.Numerics;

namespace RemoteShell.Server.Builtins;

/// <summary>An exact decimal number of any length.</summary>
/// <remarks>Only a division that does not end is rounded, to <see cref="DivisionPlaces"/> decimals.</remarks>
/// <param name="Digits">The number without its decimal point.</param>
/// <param name="Places">How many of the digits are decimals.</param>
internal readonly record struct Number(BigInteger Digits, int Places)
{
    /// <summary>Decimals of a division that does not end.</summary>
    public const int DivisionPlaces = 20;

    public bool IsZero => Digits.IsZero;

    /// <summary>Parses digits with at most one decimal point.</summary>
    public static Number Parse(ReadOnlySpan<char> text)
    {
        int point = text.IndexOf('.');
        string digits = point < 0 ? text.ToString() : string.Concat(text[..point], text[(point + 1)..]);
        return new(BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture), point < 0 ? 0 : text.Length - point - 1);
    }

    public static Number operator +(Number a, Number b)
    {
        int places = Math.Max(a.Places, b.Places);
        return new(a.DigitsAt(places) + b.DigitsAt(places), places);
    }

    public static Number operator -(Number a, Number b) => a + -b;

    public static Number operator -(Number a) => a with { Digits = -a.Digits };

    public static Number operator *(Number a, Number b) => new(a.Digits * b.Digits, a.Places + b.Places);

    // Rounds half away from zero.
    public static Number operator /(Number a, Number b)
    {
        int places = Math.Max(DivisionPlaces, Math.Max(a.Places, b.Places));
        BigInteger dividend = a.Digits * PowersOfTen.Get(places + b.Places - a.Places);
        BigInteger quotient = BigInteger.DivRem(dividend, b.Digits, out BigInteger rest);
        if (BigInteger.Abs(rest) * 2 >= BigInteger.Abs(b.Digits))
            quotient += dividend.Sign * b.Digits.Sign;
        return new(quotient, places);
    }

    // The result has the sign of the dividend, as in C.
    public static Number operator %(Number a, Number b)
    {
        int places = Math.Max(a.Places, b.Places);
        return new(BigInteger.Remainder(a.DigitsAt(places), b.DigitsAt(places)), places);
    }

    public override string ToString()
    {
        string digits = BigInteger.Abs(Digits).ToString(CultureInfo.InvariantCulture).PadLeft(Places + 1, '0');
        string whole = digits[..^Places], fraction = digits[^Places..].TrimEnd('0');
        string sign = Digits.Sign < 0 ? "-" : "";
        return fraction.Length == 0 ? $"{sign}{whole}" : $"{sign}{whole}.{fraction}";
    }

    private BigInteger DigitsAt(int places) => places == Places ? Digits : Digits * PowersOfTen.Get(places - Places);
}
