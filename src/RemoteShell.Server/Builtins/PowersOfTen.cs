using System.Numerics;

namespace RemoteShell.Server.Builtins;

/// <summary>Computes powers of ten, and caches the last few: an expression can need the same large power thousands of times.</summary>
/// <remarks>An expression is too short for so many long numbers that it needs many different large powers.</remarks>
internal static class PowersOfTen
{
    private const int Kept = 8;

    [ThreadStatic]
    private static LinkedList<(int Exponent, BigInteger Power)>? _recent;

    public static BigInteger Get(int exponent)
    {
        LinkedList<(int Exponent, BigInteger Power)> recent = _recent ??= [];
        for (var node = recent.First; node is not null; node = node.Next)
        {
            if (node.Value.Exponent != exponent)
                continue;
            recent.Remove(node);
            recent.AddFirst(node);
            return node.Value.Power;
        }

        BigInteger power = BigInteger.Pow(10, exponent);
        recent.AddFirst((exponent, power));
        if (recent.Count > Kept)
            recent.RemoveLast();
        return power;
    }
}
